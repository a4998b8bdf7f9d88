// SPDX-License-Identifier: MIT
// An array of millions of elements. It grows without a second copy of itself: the kernel moves its
// pages, and those that were never written cost nothing.
#pragma once

#include "base/error.h"

#include <stddef.h>

// Meant to be read: items points to count elements, good until the next addition. {0} is empty.
struct big_array {
	void *items;
	size_t count;
	size_t bytes; // mapped
};

void big_array_deinit(struct big_array *array);

// Makes room for one more element of item_size bytes than count. STATUS_NO_MEMORY.
must_check enum status big_array_grow(struct big_array *array, size_t item_size);

// Makes an empty array one of count zeroes. STATUS_NO_MEMORY.
must_check enum status big_array_make(struct big_array *array, size_t item_size, size_t count);

// Makes the array one of count elements, in the memory that it has where that is enough. What they hold
// is anything. STATUS_NO_MEMORY: it is as it was.
must_check enum status big_array_reuse(struct big_array *array, size_t item_size, size_t count);

// Room behind the last element for the next one, which the caller fills and counts; NULL where no
// memory is left.
static inline void *big_array_next(struct big_array *array, size_t item_size)
{
	size_t end = array->count * item_size;
	if (__builtin_expect(array->bytes - end < item_size, 0) && big_array_grow(array, item_size))
		return NULL;
	return (char *)array->items + end;
}
