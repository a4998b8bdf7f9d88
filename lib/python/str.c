// SPDX-License-Identifier: MIT
#include "python/str.h"

#include "base/text.h"
#include "base/utf8.h"
#include "python/field.h"
#include "python/header.h"
#include "python/type.h"

#include <string.h>

enum {
	// Bit fields of PyASCIIObject.state: interned 2, kind 3, compact 1, ascii 1.
	STATE_KIND_SHIFT = 2, // bytes for each character; 0: only wchar_t, up to 3.11
	STATE_KIND_MASK = 7,
	STATE_COMPACT = 1 << 5,
	STATE_ASCII = 1 << 6,
	STATE_COMPACT_ASCII = STATE_COMPACT | STATE_ASCII,
	WCHAR_BYTES = 4,
	EQUALS_MAX = 256,
	PIECE_CHARACTERS = 64,
	PIECE_BYTES = PIECE_CHARACTERS * UTF8_SIZE_MAX,
};

// Reads the header of any str; assumes that the characters are where a compact str has them.
static inline enum status parse_header(
	const struct python *python, addr_t addr, const struct record *header, struct str *ret)
{
	uint32_t state = record_u32(header, FIELD_str_state);
	uint64_t length = record_u64(header, FIELD_str_length);
	unsigned width = state >> STATE_KIND_SHIFT & STATE_KIND_MASK;
	bool is_compact = state & STATE_COMPACT;
	bool is_ascii = (state & STATE_COMPACT_ASCII) == STATE_COMPACT_ASCII;
	if (length >> IMAGE_ADDRESS_BITS || width > 4 || width == 3 || (is_compact && !width))
		return STATUS_INVALID;
	addr_t characters = addr +
		(is_ascii ? header->size : field_offset(python, FIELD_str_compact_size));
	*ret = (struct str){addr, length, characters, width, is_compact, is_ascii};
	return STATUS_OK;
}

enum status str_read(const struct python *python, addr_t addr, struct str *ret)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record header;
	struct str str;
	enum status status = record_read(python, addr, FIELD_str_ascii_size, buffer, &header);
	if (!status)
		status = parse_header(python, addr, &header, &str);
	if (!status && !str.is_compact)
		status = field_u64(python, addr, FIELD_str_data, &str.characters);
	if (!status)
		*ret = str;
	return status;
}

bool str_is_at(const struct python *python, addr_t addr)
{
	addr_t type = 0;
	uint64_t flags = 0;
	if (header_type(python, addr, &type))
		return false;
	if (type && type == python->well_known[WELL_KNOWN_str])
		return true;
	return !field_u64(python, type, FIELD_type_flags, &flags) && flags & TYPE_FLAG_STR;
}

// --- Characters ----------------------------------------------------------------------------------

static uint32_t character_at(const uint8_t *bytes, uint64_t index, unsigned width)
{
	if (width == 1)
		return bytes[index];
	if (width == 4)
		return bytes_u32(bytes, index * 4);
	return bytes[index * 2] | (uint32_t)bytes[index * 2 + 1] << 8;
}

static void add_characters(
	struct text *text, const uint8_t *bytes, uint64_t count, unsigned width)
{
	char piece[PIECE_BYTES];
	size_t used = 0;
	for (uint64_t i = 0; i < count; i++) {
		uint32_t code = character_at(bytes, i, width);
		if (utf8_is_encodable(code))
			used += utf8_encode(code, piece + used);
		if (!utf8_is_encodable(code) || used > sizeof(piece) - UTF8_SIZE_MAX) {
			text_add_foreign(text, piece, used);
			used = 0;
		}
		// A lone surrogate, which a str may contain, or not a character at all.
		if (!utf8_is_encodable(code))
			text_add_format(text, code <= 0xffff ? "\\u%04x" : "\\U%08x", code);
	}
	text_add_foreign(text, piece, used);
}

// A str made by the old C interface (up to 3.11) whose characters nobody has asked for yet: they
// are still wchar_t.
static enum status use_wide(const struct python *python, struct str *str)
{
	if (!field_is_known(python, FIELD_str_wstr))
		return STATUS_INVALID;
	str->width = WCHAR_BYTES;
	enum status status = field_u64(python, str->address, FIELD_str_wstr, &str->characters);
	if (!status)
		status = field_length(python, str->address, FIELD_str_wstr_length, &str->length);
	return status;
}

enum status str_add(const struct python *python, addr_t addr, size_t limit, struct text *text)
{
	struct str str;
	addr_t type;
	enum status status = header_type(python, addr, &type);
	if (status)
		return status;
	if (!str_is_at(python, addr))
		return STATUS_INVALID;
	status = str_read(python, addr, &str);
	if (!status && !str.width)
		status = use_wide(python, &str);
	if (status)
		return status;
	uint64_t count = str.length < limit ? str.length : limit;
	// Adds nothing if not all characters can be read; in a copy this can be checked in advance.
	uint8_t buffer[PIECE_BYTES];
	const void *bytes;
	if (python->memory.image && count &&
		memory_view(&python->memory, str.characters, count * str.width, buffer, &bytes))
		return STATUS_UNREADABLE;
	for (uint64_t done = 0; done < count;) {
		uint64_t piece = count - done < PIECE_CHARACTERS ? count - done : PIECE_CHARACTERS;
		status = memory_view(&python->memory, str.characters + done * str.width,
			piece * str.width, buffer, &bytes);
		if (status)
			return status;
		add_characters(text, bytes, piece, str.width);
		done += piece;
	}
	if (count < str.length)
		text_add(text, "...");
	return STATUS_OK;
}

bool str_equals(const struct python *python, addr_t addr, const char *ascii)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	const void *bytes;
	uint64_t length = strlen(ascii);
	uint64_t header = field_offset(python, FIELD_str_ascii_size);
	if (length >= EQUALS_MAX || header > RECORD_SIZE_MAX - EQUALS_MAX ||
		memory_view(&python->memory, addr, header + length, buffer, &bytes))
		return false;
	const struct record record = {bytes, header, python->layout};
	return record_u64(&record, FIELD_object_type) == python->well_known[WELL_KNOWN_str] &&
	       (record_u32(&record, FIELD_str_state) & STATE_COMPACT_ASCII) == STATE_COMPACT_ASCII &&
	       record_u64(&record, FIELD_str_length) == length &&
	       !memcmp((const uint8_t *)bytes + header, ascii, length);
}

// --- Sizes ---------------------------------------------------------------------------------------

// The size of the object and its characters, if it is not compact ASCII.
static uint64_t characters_size(const struct python *python, const struct str *str)
{
	uint64_t size = (str->length + 1) * str->width;
	if (str->is_compact)
		return field_offset(python, FIELD_str_compact_size) + size;
	return field_offset(python, FIELD_str_size) + (str->characters ? size : 0);
}

// The size of the UTF-8 copy, if there is a separate one.
static enum status utf8_size(const struct python *python, const struct str *str, uint64_t *ret)
{
	addr_t utf8 = 0;
	uint64_t length = 0;
	*ret = 0;
	enum status status = field_u64(python, str->address, FIELD_str_utf8, &utf8);
	if (status || !utf8 || utf8 == str->characters)
		return status;
	status = field_length(python, str->address, FIELD_str_utf8_length, &length);
	if (!status)
		*ret = length + 1;
	return status;
}

// The size of the wchar_t copy at wide (up to 3.11), if it is a separate one.
static enum status wide_size(
	const struct python *python, const struct str *str, addr_t wide, uint64_t *ret)
{
	uint64_t length = 0;
	*ret = 0;
	if (!wide || wide == str->characters)
		return STATUS_OK;
	enum status status =
		field_length(python, str->address, FIELD_str_wstr_length, &length);
	if (!status)
		*ret = WCHAR_BYTES * (length + 1);
	return status;
}

static enum status other_size(
	const struct python *python, addr_t addr, addr_t wide, uint64_t *ret)
{
	struct str str;
	uint64_t utf8 = 0, wide_bytes = 0;
	enum status status = str_read(python, addr, &str);
	if (!status)
		status = utf8_size(python, &str, &utf8);
	if (!status)
		status = wide_size(python, &str, wide, &wide_bytes);
	if (!status)
		*ret = characters_size(python, &str) + utf8 + wide_bytes;
	return status;
}

// Nearly all strings are compact ASCII, for which the header is enough.
enum status str_size(const struct python *python, addr_t addr, uint64_t *ret)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record header;
	struct str str;
	enum status status = record_read(python, addr, FIELD_str_ascii_size, buffer, &header);
	if (!status)
		status = parse_header(python, addr, &header, &str);
	if (status)
		return status;
	addr_t wide = record_u64(&header, FIELD_str_wstr); // 0 if there is no such field
	if (!str.is_ascii)
		return other_size(python, addr, wide, ret);
	*ret = header.size + str.length + 1;
	if (wide && wide != str.characters)
		*ret += WCHAR_BYTES * (str.length + 1);
	return STATUS_OK;
}
