// SPDX-License-Identifier: MIT
// A growable array of equal elements.
#pragma once

#include "base/error.h"

#include <stddef.h>

// Meant to be read: items points to count elements. {0} is an empty array.
struct array {
	void *items;
	size_t count;
	size_t capacity;
};

// Releases the elements; the array is empty again. NULL is fine.
void array_deinit(struct array *array);

// Appends one element of item_size bytes, zeroed, and returns it in ret. The pointer is good until
// the next addition. item_size must be the same in every call for one array. STATUS_NO_MEMORY.
must_check enum status array_add(struct array *array, size_t item_size, void **ret);

// Makes room for capacity elements in all. STATUS_NO_MEMORY, also where the size overflows.
must_check enum status array_reserve(struct array *array, size_t item_size, size_t capacity);
