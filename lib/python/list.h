// SPDX-License-Identifier: MIT
// The items of lists and tuples: an array of pointers, in a separate block or in the object.
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
	uint64_t count; // smaller than any memory's size
};

// The items of the list (or subclass instance) at addr. A list has none while it is sorted:
// list.sort() hides them, ob_size is 0 and allocated is -1 (Objects/listobject.c). STATUS_INVALID:
// it would have more items than room; otherwise as memory_view().
must_check enum status list_items(const struct python *python, addr_t addr, struct items *ret);

// How many items the list has room for; UINT64_MAX while it is sorted. Statuses as list_items().
must_check enum status list_allocated(const struct python *python, addr_t addr, uint64_t *ret);

// The items of the tuple (or subclass instance) at addr: those that indexing shows.
must_check enum status tuple_items(const struct python *python, addr_t addr, struct items *ret);

// Reads one item; index must be less than items->count. Statuses as memory_view().
static inline must_check enum status items_read(
	const struct python *python, const struct items *items, uint64_t index, addr_t *ret)
{
	return memory_read_u64(&python->memory, items->address + index * WORD_SIZE, ret);
}
