// SPDX-License-Identifier: MIT
#include "base/big_array.h"

#include <stdint.h>
#include <sys/mman.h>

enum { BYTES_FIRST = 2 << 20 };

void big_array_deinit(struct big_array *array)
{
	if (!array)
		return;
	if (array->items)
		munmap(array->items, array->bytes);
	*array = (struct big_array){0};
}

// Maps bytes, a multiple of BYTES_FIRST, in place of what the array has.
static enum status remap(struct big_array *array, size_t bytes)
{
	void *items;
	if (array->items)
		items = mremap(array->items, array->bytes, bytes, MREMAP_MAYMOVE);
	else
		items = mmap(
			NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (items == MAP_FAILED)
		return STATUS_NO_MEMORY;
	// Fewer faults, and as good without. A small array would be cleared for nothing.
	if (bytes > BYTES_FIRST)
		madvise(items, bytes, MADV_HUGEPAGE);
	array->items = items;
	array->bytes = bytes;
	return STATUS_OK;
}

enum status big_array_reuse(struct big_array *array, size_t item_size, size_t count)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, item_size, &bytes) || bytes > SIZE_MAX - BYTES_FIRST)
		return STATUS_NO_MEMORY;
	bytes = (bytes / BYTES_FIRST + 1) * BYTES_FIRST;
	if (bytes > array->bytes && remap(array, bytes))
		return STATUS_NO_MEMORY;
	array->count = count;
	return STATUS_OK;
}

enum status big_array_make(struct big_array *array, size_t item_size, size_t count)
{
	struct big_array made = {0};
	if (big_array_reuse(&made, item_size, count))
		return STATUS_NO_MEMORY;
	*array = made;
	return STATUS_OK;
}

enum status big_array_grow(struct big_array *array, size_t item_size)
{
	size_t bytes = array->bytes ? array->bytes + array->bytes / 2 : BYTES_FIRST;
	bytes = (bytes + BYTES_FIRST - 1) / BYTES_FIRST * BYTES_FIRST;
	if (bytes < array->bytes || (array->count + 1) * item_size > bytes)
		return STATUS_NO_MEMORY;
	return remap(array, bytes);
}
