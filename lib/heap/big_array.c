// SPDX-License-Identifier: MIT
#include "heap/big_array.h"

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

enum status big_array_grow(struct big_array *array, size_t item_size)
{
	size_t bytes = array->bytes ? array->bytes + array->bytes / 2 : BYTES_FIRST;
	bytes = (bytes + BYTES_FIRST - 1) / BYTES_FIRST * BYTES_FIRST;
	if (bytes < array->bytes || (array->count + 1) * item_size > bytes)
		return STATUS_NO_MEMORY;
	void *items;
	if (array->items)
		items = mremap(array->items, array->bytes, bytes, MREMAP_MAYMOVE);
	else
		items = mmap(
			NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (items == MAP_FAILED)
		return STATUS_NO_MEMORY;
	madvise(items, bytes, MADV_HUGEPAGE); // fewer faults; as good without
	array->items = items;
	array->bytes = bytes;
	return STATUS_OK;
}
