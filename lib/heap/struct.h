// SPDX-License-Identifier: MIT
// How kinds read the C structs of a target: single fields and arrays of pointers.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdbool.h>
#include <stdint.h>

enum { WORD_SIZE = 8 };

// The word at a field of the struct at address. STATUS_UNREADABLE; STATUS_UNSUPPORTED where this
// CPython has no such field.
static inline must_check enum status struct_read(
	const struct heap *heap, addr_t address, enum layout_field field, uint64_t *ret)
{
	uint32_t offset = heap_field(heap, field);
	if (offset == LAYOUT_ABSENT)
		return STATUS_UNSUPPORTED;
	return image_read_u64(heap->image, address + offset, ret) ? STATUS_OK : STATUS_UNREADABLE;
}

// The same for a field of 32 bits.
static inline must_check enum status struct_read_u32(
	const struct heap *heap, addr_t address, enum layout_field field, uint32_t *ret)
{
	uint32_t offset = heap_field(heap, field);
	if (offset == LAYOUT_ABSENT)
		return STATUS_UNSUPPORTED;
	const void *bytes = image_at(heap->image, address + offset, sizeof(*ret));
	if (!bytes)
		return STATUS_UNREADABLE;
	*ret = bytes_u32(bytes, 0);
	return STATUS_OK;
}

// The same for a field that holds a length: STATUS_INVALID where it is negative or larger than any
// memory.
static inline must_check enum status struct_read_length(
	const struct heap *heap, addr_t address, enum layout_field field, uint64_t *ret)
{
	uint64_t length;
	enum status status = struct_read(heap, address, field, &length);
	if (status)
		return status;
	if (length >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	*ret = length;
	return STATUS_OK;
}

// Reports the count pointers that begin at address, with their position as detail. Nothing is
// reported where not all of them can be read: STATUS_UNREADABLE; STATUS_INVALID where no image
// could hold so many.
must_check enum status struct_visit_array(const struct heap *heap, addr_t address, int64_t count,
	enum edge edge, struct visitor *visitor);

// Notices that a chain runs in a circle, however long it claims to be (R. Brent's method: compare
// with a link that is renewed after 1, 2, 4, 8, ... steps). {0} before the first link.
struct chain_guard {
	addr_t mark;
	uint64_t steps, renew_at;
};

// Takes the next link; true once the chain has come back to one that it had.
static inline bool chain_guard_is_circle(struct chain_guard *guard, addr_t link)
{
	if (link == guard->mark)
		return true;
	if (guard->steps++ >= guard->renew_at) {
		guard->mark = link;
		guard->renew_at = 2 * guard->steps;
	}
	return false;
}

// Of two findings on one object the first that is not STATUS_OK.
static inline enum status status_first(enum status first, enum status second)
{
	return first ? first : second;
}
