// SPDX-License-Identifier: MIT
// The fields of a PyTypeObject in an image that leaktop looks at, checked. Internal to heap/type.
#pragma once

#include "heap/heap.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

struct type_fields {
	addr_t address;
	addr_t metatype, name, base, dict;
	uint64_t basicsize, itemsize, flags;
	int64_t dictoffset, weaklistoffset;
	bool is_made_in_c;     // not by a class statement
	uint64_t member_count; // of the class's own __slots__, and what else PyType_FromSpec put
			       // there
	addr_t members;	       // behind the type object, 0 where there are none
};

// Reads the type at address. False where it makes no sense as a type: its own type does not derive
// from type, it is not ready, its sizes are absurd, it has no name or no mro. tp_name is not
// followed.
bool type_fields_read(const struct heap *heap, addr_t address, struct type_fields *ret);

// The slot number index of the class itself: true and its place and name where it is a member made
// by __slots__ (T_OBJECT_EX), false otherwise.
bool type_fields_slot(const struct heap *heap, const struct type_fields *fields, uint64_t index,
	uint64_t *ret_offset, addr_t *ret_name);
