// SPDX-License-Identifier: MIT
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void array_deinit(struct array *array)
{
	if (!array)
		return;
	free(array->items);
	*array = (struct array){0};
}

enum status array_reserve(struct array *array, size_t item_size, size_t capacity)
{
	if (capacity <= array->capacity)
		return STATUS_OK;
	size_t bytes;
	if (__builtin_mul_overflow(capacity, item_size, &bytes))
		return STATUS_NO_MEMORY;
	void *items = realloc(array->items, bytes);
	if (!items)
		return STATUS_NO_MEMORY;
	array->items = items;
	array->capacity = capacity;
	return STATUS_OK;
}

enum status array_add(struct array *array, size_t item_size, void **ret)
{
	if (array->count == array->capacity) {
		size_t capacity = array->capacity ? array->capacity + array->capacity / 2 : 16;
		enum status status = array_reserve(array, item_size, capacity);
		if (status)
			return status;
	}
	void *item = (char *)array->items + array->count * item_size;
	memset(item, 0, item_size);
	array->count++;
	*ret = item;
	return STATUS_OK;
}
