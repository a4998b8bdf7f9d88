// SPDX-License-Identifier: MIT
// Code objects: what they are called, which source line an instruction belongs to, and how large
// the frames that run them are.
#pragma once

#include "base/error.h"
#include "python/python.h"
#include "result/address.h"

#include <stddef.h>
#include <stdint.h>

// Function name (co_name) and file (co_filename, last component) of a code object, as escaped
// UTF-8; the caller frees both. STATUS_INVALID: the object at code is none; STATUS_NO_MEMORY; else
// as memory_view().
must_check enum status code_describe(
	const struct python *python, addr_t code, char **ret_name, char **ret_file);

// The line of the instruction offset bytes behind the start of the bytecode; the code's first line
// where its table does not say or cannot be read, or offset is negative: the function has not
// begun.
int code_line(const struct python *python, addr_t code, int64_t offset);

// Bytes of a _PyInterpreterFrame (3.11 on) that runs code (_PyFrame_NumSlotsForCodeObject).
// STATUS_INVALID; else as field_u64().
must_check enum status code_frame_size(const struct python *python, addr_t code, uint64_t *ret);

// What a code object says of its lines. table are the bytes of co_lnotab or co_linetable.
struct line_table {
	const uint8_t *table;
	size_t size;
	int first_line; // co_firstlineno
};

// code_line() by a table at hand.
int line_table_find(
	const struct layout *layout, const struct line_table *lines, int64_t offset);
