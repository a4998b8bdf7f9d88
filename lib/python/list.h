// SPDX-License-Identifier: MIT
// The items of lists and tuples: an array of pointers, in a block of its own or in the object.
#pragma once

#include "base/error.h"
#include "python/field.h"
#include "python/header.h"
#include "python/python.h"
#include "result/address.h"

#include <stdint.h>

enum { WORD_SIZE = 8 };

struct items {
	addr_t address;
	uint64_t count; // below any memory's size
};

// The items of the list at addr, or an instance of a subclass. While it is sorted, a list has none:
// list.sort() hides them, ob_size is 0 and allocated is -1 (Objects/listobject.c). STATUS_INVALID
// where there would be more than room for them; else as memory_view().
must_check enum status list_items(const struct python *python, addr_t addr, struct items *ret);

// How many items the list has room for; UINT64_MAX while it is sorted. Statuses as list_items().
must_check enum status list_allocated(const struct python *python, addr_t addr, uint64_t *ret);

// The items of the tuple at addr, or of an instance of a subclass: as many as indexing shows.
must_check enum status tuple_items(const struct python *python, addr_t addr, struct items *ret);

// One item. index is below items->count. Statuses as memory_view().
static inline must_check enum status items_read(
	const struct python *python, const struct items *items, uint64_t index, addr_t *ret)
{
	return memory_read_u64(&python->memory, items->address + index * WORD_SIZE, ret);
}
