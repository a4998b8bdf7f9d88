// SPDX-License-Identifier: MIT
// The header of every object: ob_refcnt, ob_type, and for some ob_size.
#pragma once

#include "base/error.h"
#include "python/field.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

enum { OBJECT_ALIGNMENT = 8 };

// Larger than any real reference count. An address is larger still, such as the link that
// allocators write over the count of a free block. The count of immortal objects in 3.12 and 3.13
// is smaller (0xffffffff, and more if an extension for an older version changed it).
static const uint64_t HEADER_REFCNT_END = UINT64_C(1) << 33;

// Whether the word at ob_refcnt can be a reference count. This is the only test for memory that may
// be a freed block, or no object at all.
static inline bool header_is_refcnt(const struct python *python, uint64_t word)
{
	// A count of 32 bits is followed by its overflow, which is 0 in builds with the GIL, and by
	// flags.
	if (python->layout->traits.has_32bit_refcnt)
		return (uint32_t)word != 0 && (word >> 32 & 0xffff) == 0;
	return word != 0 && word < HEADER_REFCNT_END;
}

// The address in ob_type, unchecked. Statuses as field_u64().
static inline must_check enum status header_type(
	const struct python *python, addr_t object, addr_t *ret)
{
	return field_u64(python, object, FIELD_object_type, ret);
}

// Whether the object is of exactly this type, which must be known.
static inline bool header_is_exact(
	const struct python *python, addr_t object, enum well_known type)
{
	addr_t found = 0;
	return object && !header_type(python, object, &found) && found &&
	       found == python->well_known[type];
}

// ob_size of an object whose type is variable-sized (not for an int from 3.12 on). It is negative
// for a negative int. STATUS_UNREADABLE.
static inline must_check enum status header_var_size(
	const struct python *python, addr_t object, int64_t *ret)
{
	uint64_t size = 0;
	enum status status = field_u64(python, object, FIELD_var_size, &size);
	if (!status)
		*ret = (int64_t)size;
	return status;
}

// The same as a length. STATUS_INVALID: it is negative or larger than any memory.
static inline must_check enum status header_length(
	const struct python *python, addr_t object, uint64_t *ret)
{
	return field_length(python, object, FIELD_var_size, ret);
}
