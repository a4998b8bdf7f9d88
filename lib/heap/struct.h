// SPDX-License-Identifier: MIT
// How kinds read the C structs of a target: single fields and arrays of pointers.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"
#include "python/field.h"
#include "python/list.h"

#include <stdbool.h>
#include <stdint.h>

// field_u64() and similar on the copy. STATUS_UNREADABLE; STATUS_UNSUPPORTED: this CPython has no
// such field; for a length also STATUS_INVALID.
static inline must_check enum status struct_read(
	const struct heap *heap, addr_t address, enum layout_field field, uint64_t *ret)
{
	return field_u64(&heap->python, address, field, ret);
}

static inline must_check enum status struct_read_u32(
	const struct heap *heap, addr_t address, enum layout_field field, uint32_t *ret)
{
	return field_u32(&heap->python, address, field, ret);
}

static inline must_check enum status struct_read_length(
	const struct heap *heap, addr_t address, enum layout_field field, uint64_t *ret)
{
	return field_length(&heap->python, address, field, ret);
}

// Reports count pointers that begin at address, with their position as detail. Reports none if not
// all of them can be read: STATUS_UNREADABLE; STATUS_INVALID: no image could hold so many.
must_check enum status struct_visit_array(const struct heap *heap, addr_t address, int64_t count,
	enum edge edge, struct visitor *visitor);

// Combines two statuses of one object: returns the first that is not STATUS_OK.
static inline enum status status_first(enum status first, enum status second)
{
	return first ? first : second;
}
