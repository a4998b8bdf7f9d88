// SPDX-License-Identifier: MIT
// Type objects (PyTypeObject, PyHeapTypeObject): the fields that leaktop uses, checked.
#pragma once

#include "base/error.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

enum { // bits of tp_flags (Include/object.h, Include/cpython/object.h)
	TYPE_FLAG_STATIC_BUILTIN = 1 << 1,
	TYPE_FLAG_INLINE_VALUES = 1 << 2,
	TYPE_FLAG_MANAGED_WEAKREF = 1 << 3,
	TYPE_FLAG_MANAGED_DICT = 1 << 4,
	TYPE_FLAG_HEAP = 1 << 9,
	TYPE_FLAG_READY = 1 << 12,
	TYPE_FLAG_READYING = 1 << 13,
	TYPE_FLAG_GC = 1 << 14,
	TYPE_FLAG_INT = 1 << 24,
	TYPE_FLAG_LIST = 1 << 25,
	TYPE_FLAG_TUPLE = 1 << 26,
	TYPE_FLAG_BYTES = 1 << 27,
	TYPE_FLAG_STR = 1 << 28,
	TYPE_FLAG_DICT = 1 << 29,
	TYPE_FLAG_EXCEPTION = 1 << 30,
};
static const uint64_t TYPE_FLAG_TYPE = 1u << 31;

enum { TYPE_NAME_MAX_BYTES = 512 };

struct type_fields {
	addr_t address;
	addr_t metatype, name, base, mro, dict;
	uint64_t basicsize, itemsize, flags;
	int64_t dictoffset, weaklistoffset;
	bool is_made_in_c;     // not by a class statement
	uint64_t member_count; // the class's own __slots__, and other members made by
			       // PyType_FromSpec
	addr_t members;	       // after the type object; 0: none
};

// Reads the type at address. STATUS_INVALID: it is not plausible as a type: its own type is not
// derived from type, it is not ready, its sizes are absurd, or it has no name or mro. Does not
// follow tp_name. Otherwise as memory_view().
must_check enum status type_read_fields(
	const struct python *python, addr_t address, struct type_fields *ret);

// Reads member number index of the class itself. True: it is a member made by __slots__
// (T_OBJECT_EX); returns its offset and the address of its name, a C string. False: it is another
// member.
bool type_read_slot(const struct python *python, const struct type_fields *fields, uint64_t index,
	uint64_t *ret_offset, addr_t *ret_name);

// The name of a type, "module.qualname" without "builtins.", escaped: "collections.deque",
// "__main__.Session", "dict". tp_name is the type's tp_name as it was read. The caller frees *ret.
// STATUS_NO_MEMORY.
must_check enum status type_make_name(const struct python *python, const struct type_fields *fields,
	const char *tp_name, char **ret);
