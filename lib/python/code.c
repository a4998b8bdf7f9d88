// SPDX-License-Identifier: MIT
#include "python/code.h"

#include "base/guard.h"
#include "base/path.h"
#include "base/text.h"
#include "python/field.h"
#include "python/header.h"
#include "python/str.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORD = 8,
	NAME_MAX_CHARACTERS = 200,
	PATH_MAX_CHARACTERS = 4096,
	// No function has more variables or a deeper stack (co_stacksize and the like are ints).
	SLOTS_MAX = 1 << 24,
	UNIT_BYTES = 2, // sizeof(_Py_CODEUNIT)
	// No table is longer, and in one that is not no sum of increments overflows.
	TABLE_MAX_BYTES = 1 << 20,
};

// --- Names and sizes -----------------------------------------------------------------------------

// Reads the str in a field of a code object.
static enum status describe(const struct python *python, addr_t code, enum layout_field field,
	size_t limit, char **ret)
{
	AUTO(text_deinit) struct text text = {0};
	addr_t string = 0;
	enum status status = field_u64(python, code, field, &string);
	if (!status)
		status = str_add(python, string, limit, &text);
	if (status)
		return status;
	*ret = text_take(&text);
	return *ret ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status code_describe(
	const struct python *python, addr_t code, char **ret_name, char **ret_file)
{
	AUTO(freep) char *name = NULL;
	AUTO(freep) char *path = NULL;
	if (!header_is_exact(python, code, WELL_KNOWN_code))
		return STATUS_INVALID;
	enum status status = describe(python, code, FIELD_code_name, NAME_MAX_CHARACTERS, &name);
	if (!status)
		status = describe(python, code, FIELD_code_filename, PATH_MAX_CHARACTERS, &path);
	if (status)
		return status;
	const char *base = path_base(path);
	memmove(path, base, strlen(base) + 1);
	*ret_name = take_ptr(name);
	*ret_file = take_ptr(path);
	return STATUS_OK;
}

// co_framesize counts words, the frame's fixed part included; 3.11 has its summands only.
enum status code_frame_size(const struct python *python, addr_t code, uint64_t *ret)
{
	uint32_t slots = 0, stack = 0;
	bool has_framesize = field_is_known(python, FIELD_code_framesize);
	enum status status = field_u32(python, code,
		has_framesize ? FIELD_code_framesize : FIELD_code_nlocalsplus, &slots);
	if (!status && !has_framesize)
		status = field_u32(python, code, FIELD_code_stacksize, &stack);
	if (status)
		return status;
	if (slots > SLOTS_MAX || stack > SLOTS_MAX)
		return STATUS_INVALID;
	*ret = (uint64_t)WORD * (slots + stack);
	if (!has_framesize)
		*ret += field_offset(python, FIELD_frame_localsplus);
	return STATUS_OK;
}

// --- Lines ---------------------------------------------------------------------------------------

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

// The bytes of the table: in the copy, or in *take.
static bool read_table(
	const struct python *python, addr_t code, struct line_table *lines, void **take)
{
	addr_t table = 0;
	uint64_t size = 0;
	const void *bytes = NULL;
	if (field_u64(python, code, FIELD_code_linetable, &table) ||
		header_length(python, table, &size) || size > TABLE_MAX_BYTES)
		return false;
	if (!python->memory.image) {
		*take = malloc(size + 1);
		if (!*take)
			return false;
	}
	if (memory_view(&python->memory, table + field_offset(python, FIELD_bytes_data), size, *take,
		    &bytes))
		return false;
	lines->table = bytes;
	lines->size = size;
	return true;
}

int code_line(const struct python *python, addr_t code, int64_t offset)
{
	AUTO(freep) void *buffer = NULL;
	struct line_table lines = {0};
	int32_t first_line = 0;
	if (field_i32(python, code, FIELD_code_firstlineno, &first_line))
		return 0;
	lines.first_line = first_line;
	if (!read_table(python, code, &lines, &buffer))
		return first_line;
	return line_table_find(python->layout, &lines, offset);
}
