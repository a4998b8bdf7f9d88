// SPDX-License-Identifier: MIT
// Reads numpy's dtypes, which describe the data of arrays.
#pragma once

#include "base/error.h"
#include "heap/heap.h"
#include "heap/kind/kind.h"
#include "result/address.h"

#include <stdint.h>

// Offsets in numpy's structs assume a header of 16 bytes. If it is longer (Py_TRACE_REFS), all of
// them grow by the difference.
enum { NUMPY_HEADER = 16 };

static inline addr_t numpy_struct(const struct heap *heap, addr_t address)
{
	return address + heap_field(heap, FIELD_object_size) - NUMPY_HEADER;
}

// The most references to objects in one record; in packed records they are not aligned.
enum { DTYPE_PLACES_MAX = 256 };

struct dtype_facts {
	uint64_t itemsize;
	int32_t type_number;
	bool has_objects; // the data contain references to objects
	bool is_legacy;	 // like dtypes of numpy 1.x: the dtype describes its structure
	addr_t subarray; // PyArray_ArrayDescr; 0: none
	addr_t fields;	 // dict of a record's fields, or None
};

// Offsets of the references to objects in an item.
struct dtype_places {
	uint64_t looked_at; // dtypes and fields, to stop at cycles
	uint64_t count;
	uint64_t at[DTYPE_PLACES_MAX];
};

extern const struct kind kind_dtype;

// Reads the dtype at address. STATUS_INVALID: it is no dtype, or of a numpy with unknown structs;
// STATUS_UNREADABLE.
must_check enum status dtype_read(const struct heap *heap, addr_t address, struct dtype_facts *ret);

// Finds the references to objects in each item of the dtype. STATUS_INVALID: there are too many;
// STATUS_UNREADABLE.
must_check enum status dtype_find_places(
	const struct heap *heap, const struct dtype_facts *dtype, struct dtype_places *ret);

// Reports the objects to which count items at address refer. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status dtype_visit_items(const struct heap *heap, const struct dtype_facts *dtype,
	addr_t address, uint64_t count, struct visitor *visitor);
