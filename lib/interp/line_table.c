// SPDX-License-Identifier: MIT
#include "interp/line_table.h"

#include "layout/layout.h"

#include <limits.h>
#include <stdbool.h>

enum {
	UNIT_BYTES = 2, // sizeof(_Py_CODEUNIT)
	// No table is longer, and in one that is not no sum of increments overflows.
	TABLE_MAX_BYTES = 1 << 20,
};

static int line_or_first(const struct line_table *lines, int64_t line)
{
	return line > 0 && line <= INT_MAX ? (int)line : lines->first_line;
}

// 3.8, 3.9 (Objects/lnotab_notes.txt): pairs of an address increment and a signed line increment.
static int find_in_lnotab(const struct line_table *lines, int64_t offset)
{
	int64_t line = lines->first_line, address = 0;
	for (size_t i = 0; i + 1 < lines->size; i += 2) {
		address += lines->table[i];
		if (address > offset)
			break;
		line += (int8_t)lines->table[i + 1];
	}
	return line_or_first(lines, line);
}

// 3.10 (Objects/lnotab_notes.txt): pairs of the length of a range and a signed line increment, of
// which -128 means that the range has no line.
static int find_in_ranges(const struct line_table *lines, int64_t offset)
{
	int64_t line = lines->first_line, end = 0;
	for (size_t i = 0; i + 1 < lines->size; i += 2) {
		int8_t delta = (int8_t)lines->table[i + 1];
		bool has_line = delta != -128;
		if (has_line)
			line += delta;
		end += lines->table[i];
		if (offset < end)
			return has_line ? line_or_first(lines, line) : lines->first_line;
	}
	return lines->first_line;
}

// Six bits a byte, low ones first, 0x40 where more follow; 0 at the end of the table.
static uint64_t read_varint(const struct line_table *lines, size_t *at)
{
	uint64_t value = 0;
	for (unsigned shift = 0; *at < lines->size; shift += 6) {
		uint8_t byte = lines->table[(*at)++];
		if (shift < 36) // no line number is longer
			value |= (uint64_t)(byte & 0x3f) << shift;
		if (!(byte & 0x40))
			break;
	}
	return value;
}

// The sign is in the lowest bit.
static int64_t read_signed_varint(const struct line_table *lines, size_t *at)
{
	uint64_t value = read_varint(lines, at);
	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

enum location_code { // Include/internal/pycore_code.h, _PyCodeLocationInfoKind
	LOCATION_ONE_LINE0 = 10,
	LOCATION_NO_COLUMNS = 13,
	LOCATION_LONG = 14,
	LOCATION_NONE = 15,
};

// Reads the rest of an entry, behind its first byte, and returns its line increment.
static int64_t read_location(const struct line_table *lines, size_t *at, unsigned code)
{
	if (code == LOCATION_NONE)
		return 0;
	if (code >= LOCATION_NO_COLUMNS) {
		int64_t delta = read_signed_varint(lines, at);
		if (code == LOCATION_LONG) {
			read_varint(lines, at); // end line
			read_varint(lines, at); // column
			read_varint(lines, at); // end column
		}
		return delta;
	}
	bool is_short = code < LOCATION_ONE_LINE0;
	*at += is_short ? 1 : 2;
	return is_short ? 0 : (int64_t)code - LOCATION_ONE_LINE0;
}

// 3.11+ (Objects/locations.md): entries that begin with a byte 1 cccc lll, c the code of the form
// and l the length in code units less one.
static int find_in_locations(const struct line_table *lines, int64_t offset)
{
	int64_t line = lines->first_line, end = 0;
	for (size_t at = 0; at < lines->size;) {
		uint8_t first = lines->table[at++];
		unsigned code = first >> 3 & 15;
		line += read_location(lines, &at, code);
		end += ((first & 7) + 1) * UNIT_BYTES;
		if (offset < end)
			return code == LOCATION_NONE ? lines->first_line
						     : line_or_first(lines, line);
	}
	return lines->first_line;
}

int line_table_find(const struct layout *layout, const struct line_table *lines, int64_t offset)
{
	if (offset < 0 || lines->size > TABLE_MAX_BYTES)
		return lines->first_line;
	if (layout->traits.has_location_table)
		return find_in_locations(lines, offset);
	if (layout->traits.has_scaled_lasti) // 3.10 brought both
		return find_in_ranges(lines, offset);
	return find_in_lnotab(lines, offset);
}
