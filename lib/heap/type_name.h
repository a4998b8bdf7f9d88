// SPDX-License-Identifier: MIT
// How a type is called: "collections.deque", "__main__.Session", "dict". Internal to heap/type.
#pragma once

#include "base/error.h"
#include "heap/heap.h"

struct capture;
struct type_fields;

// The bytes of a C string: from the image or, where it lies in memory that is not copied because it
// does not change, from the target (may be NULL). Cut after some hundred bytes; foreign; the caller
// frees it. STATUS_UNREADABLE, STATUS_NO_MEMORY and what capture_read_string() says.
must_check enum status c_string_read(
	const struct heap *heap, const struct capture *capture, addr_t address, char **ret);

// "module.qualname" without "builtins.", escaped; tp_name is the type's tp_name as it was read. The
// caller frees *ret. STATUS_NO_MEMORY.
must_check enum status type_name_make(
	const struct heap *heap, const struct type_fields *fields, const char *tp_name, char **ret);
