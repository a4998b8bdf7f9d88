// SPDX-License-Identifier: MIT
#include "base/vector.h"

enum { CAPACITY_FIRST = 16 };

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void *vector_grow(void *items, size_t item_size, size_t needed, size_t *capacity)
{
	// Half as much again: adding one by one copies each element a bounded number of times.
	size_t wanted = larger(larger(*capacity + *capacity / 2, CAPACITY_FIRST), needed);
	size_t bytes;
	if (__builtin_mul_overflow(wanted, item_size, &bytes))
		return NULL;
	void *grown = realloc(items, bytes);
	if (grown)
		*capacity = wanted;
	return grown;
}
