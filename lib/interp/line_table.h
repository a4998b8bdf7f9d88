// SPDX-License-Identifier: MIT
// Which source line an instruction belongs to, by the tables inside code objects.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct layout;

// What a code object says of its lines. table are the bytes of co_lnotab or co_linetable.
struct line_table {
	const uint8_t *table;
	size_t size;
	int first_line; // co_firstlineno
};

// The line of the instruction offset bytes behind the start of the bytecode; the code's first line
// where the table does not say, or offset is negative: the function has not begun.
int line_table_find(
	const struct layout *layout, const struct line_table *lines, int64_t offset);
