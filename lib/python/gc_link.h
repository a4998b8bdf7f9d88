// SPDX-License-Identifier: MIT
// The links of the collector's lists, which are doubly linked and circular. They are in the
// PyGC_Head in front of each container (Include/internal/pycore_gc.h):
//
//	_gc_next  _gc_prev | ob_refcnt  ob_type ...
//	^ head             ^ object
#pragma once

#include "base/error.h"
#include "python/field.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// Bits of a link that are not part of the address: flags of the object, and the mark of a
// collection in progress (Include/internal/pycore_gc.h, _PyGC_PREV_MASK, NEXT_MASK_UNREACHABLE).
static const addr_t GC_LINK_FLAGS = 3;

static inline addr_t gc_link_address(uint64_t word)
{
	return word & ~GC_LINK_FLAGS;
}

// The PyGC_Head of an object that has one, and the object of a head.
static inline addr_t gc_link_head(const struct python *python, addr_t object)
{
	return object - field_offset(python, FIELD_gc_head_size);
}

static inline addr_t gc_link_object(const struct python *python, addr_t head)
{
	return head + field_offset(python, FIELD_gc_head_size);
}

// The successor and the predecessor of a head, without flags; 0: the object is in no list. During a
// collection _gc_prev has a count instead (Python/gc.c, update_refs()). Statuses as field_u64().
static inline must_check enum status gc_link_next(
	const struct python *python, addr_t head, addr_t *ret)
{
	enum status status = field_u64(python, head, FIELD_gc_head_next, ret);
	if (!status)
		*ret = gc_link_address(*ret);
	return status;
}

static inline must_check enum status gc_link_previous(
	const struct python *python, addr_t head, addr_t *ret)
{
	enum status status = field_u64(python, head, FIELD_gc_head_prev, ret);
	if (!status)
		*ret = gc_link_address(*ret);
	return status;
}

// Whether an object that has a head is in a list: _gc_next is not 0 (_PyObject_GC_IS_TRACKED).
static inline bool gc_link_is_tracked(const struct python *python, addr_t object)
{
	uint64_t word;
	return !field_u64(python, gc_link_head(python, object), FIELD_gc_head_next, &word) && word;
}

// Checks that the successor of a head points back to it. *ret_next is not 0. STATUS_INVALID: it
// does not point back, or there is no successor.
static inline must_check enum status gc_link_check(
	const struct python *python, addr_t head, addr_t *ret_next)
{
	addr_t next = 0, back = 0;
	enum status status = gc_link_next(python, head, &next);
	if (!status && !next)
		return STATUS_INVALID;
	if (!status)
		status = gc_link_previous(python, next, &back);
	if (status)
		return status;
	*ret_next = next;
	return back == head ? STATUS_OK : STATUS_INVALID;
}
