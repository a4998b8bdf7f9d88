// SPDX-License-Identifier: MIT
#include "interp/string.h"

#include "base/utf8.h"
#include "interp/runtime.h"
#include "target/image.h"

#include <string.h>

enum {
	FLAG_STR = 1 << 28, // Py_TPFLAGS_UNICODE_SUBCLASS (Include/object.h)
	WCHAR_BYTES = 4,
	PIECE_BYTES = 256,
};

// Where the characters of a str are.
struct characters {
	addr_t address;
	uint64_t count;
	unsigned width; // bytes for each: 1, 2 or 4
};

static bool is_str(const struct runtime *runtime, const struct image *image, addr_t addr)
{
	const struct layout *layout = runtime->layout;
	uint64_t type = 0, flags = 0;
	if (!image_read_u64(image, addr + layout->field[FIELD_object_type], &type))
		return false;
	if (type == runtime->well_known[WELL_KNOWN_str])
		return type != 0;
	return image_read_u64(image, type + layout->field[FIELD_type_flags], &flags) &&
		flags & FLAG_STR;
}

// The bit fields of PyASCIIObject.state (Include/cpython/unicodeobject.h, 3.8 to 3.15): interned 2,
// kind 3, compact 1, ascii 1.
struct str_state {
	unsigned kind;
	bool is_compact, is_ascii;
};

static struct str_state decode_state(uint32_t state)
{
	return (struct str_state){
		.kind = state >> 2 & 7,
		.is_compact = state >> 5 & 1,
		.is_ascii = state >> 6 & 1,
	};
}

// A str made by the old C interface of up to 3.11 that nobody asked for its characters yet: they
// are wchar_t still.
static enum status locate_wide(const struct layout *layout, const struct image *image, addr_t addr,
	struct characters *ret)
{
	if (!layout_has(layout, FIELD_str_wstr) || !layout_has(layout, FIELD_str_wstr_length))
		return STATUS_INVALID;
	ret->width = WCHAR_BYTES;
	if (!image_read_u64(image, addr + layout->field[FIELD_str_wstr], &ret->address) ||
		!image_read_u64(image, addr + layout->field[FIELD_str_wstr_length], &ret->count))
		return STATUS_UNREADABLE;
	return STATUS_OK;
}

static enum status locate(const struct layout *layout, const struct image *image, addr_t addr,
	struct characters *ret)
{
	const void *bytes = image_at(image, addr, layout->field[FIELD_str_ascii_size]);
	if (!bytes)
		return STATUS_UNREADABLE;
	struct str_state state = decode_state(bytes_u32(bytes, layout->field[FIELD_str_state]));
	if (!state.kind)
		return locate_wide(layout, image, addr, ret);
	if (state.kind != 1 && state.kind != 2 && state.kind != 4)
		return STATUS_INVALID;
	ret->width = state.kind;
	ret->count = bytes_u64(bytes, layout->field[FIELD_str_length]);
	if (state.is_compact) {
		ret->address = addr + layout->field[state.is_ascii ? FIELD_str_ascii_size
								   : FIELD_str_compact_size];
		return STATUS_OK;
	}
	if (!image_read_u64(image, addr + layout->field[FIELD_str_data], &ret->address))
		return STATUS_UNREADABLE;
	return STATUS_OK;
}

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
		// A lone surrogate, which a str may have, or no character at all.
		if (!utf8_is_encodable(code))
			text_add_format(text, code <= 0xffff ? "\\u%04x" : "\\U%08x", code);
	}
	text_add_foreign(text, piece, used);
}

enum status string_add(const struct runtime *runtime, const struct image *image, addr_t addr,
	size_t limit, struct text *text)
{
	uint64_t type = 0;
	if (!image_read_u64(image, addr + runtime->layout->field[FIELD_object_type], &type))
		return STATUS_UNREADABLE;
	if (!is_str(runtime, image, addr))
		return STATUS_INVALID;
	struct characters characters = {0};
	enum status status = locate(runtime->layout, image, addr, &characters);
	if (status)
		return status;
	if (characters.count >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	uint64_t count = characters.count < limit ? characters.count : limit;
	if (count) {
		const void *bytes = image_at(image, characters.address, count * characters.width);
		if (!bytes)
			return STATUS_UNREADABLE;
		add_characters(text, bytes, count, characters.width);
	}
	if (count < characters.count)
		text_add(text, "...");
	return STATUS_OK;
}
