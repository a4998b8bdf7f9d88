// SPDX-License-Identifier: MIT
// What numpy's dtypes say of the data that they describe.
#pragma once

#include "base/error.h"
#include "heap/heap.h"
#include "heap/kind/kind.h"
#include "result/address.h"

#include <stdint.h>

// Offsets in structs of numpy are those behind a header of 16 bytes; where it is longer
// (Py_TRACE_REFS) all of them lie that much further on.
enum { NUMPY_HEADER = 16 };

static inline addr_t numpy_struct(const struct heap *heap, addr_t address)
{
	return address + heap_field(heap, FIELD_object_size) - NUMPY_HEADER;
}

// References of one record to objects are looked for up to this many; packed ones are not aligned.
enum { DTYPE_PLACES_MAX = 256 };

struct dtype_facts {
	uint64_t itemsize;
	int32_t type_number;
	bool has_objects; // in the data
	bool is_legacy;	 // of the sort that numpy 1.x knew: its structure is described by the dtype
	addr_t subarray; // PyArray_ArrayDescr, 0: none
	addr_t fields;	 // dict of a record's fields or None
};

// Where references to objects lie in an item, as distances from its start.
struct dtype_places {
	uint64_t looked_at; // dtypes and fields, to end where they run in circles
	uint64_t count;
	uint64_t at[DTYPE_PLACES_MAX];
};

extern const struct kind kind_dtype;

// Reads the dtype at address. STATUS_INVALID where it is none, or one of a numpy whose structs
// nobody described; STATUS_UNREADABLE.
must_check enum status dtype_read(const struct heap *heap, addr_t address, struct dtype_facts *ret);

// Finds the references to objects in each item of the dtype. STATUS_INVALID where there are too
// many of them; STATUS_UNREADABLE.
must_check enum status dtype_find_places(
	const struct heap *heap, const struct dtype_facts *dtype, struct dtype_places *ret);

// Reports the objects in count items that begin at address. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status dtype_visit_items(const struct heap *heap, const struct dtype_facts *dtype,
	addr_t address, uint64_t count, struct visitor *visitor);
