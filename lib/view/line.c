// SPDX-License-Identifier: MIT
#include "view/line.h"

#include <stdint.h>
#include <wchar.h>

enum {
	CODE_ELLIPSIS = 0x2026,
	CODE_BLOCK_LOWEST = 0x2581,
	CODE_BLOCK_FULL = 0x2588,
};

// The character at *at, and steps over it. The input is valid; a stray byte still counts as one.
static uint32_t next_code(const char **at)
{
	const unsigned char *bytes = (const unsigned char *)*at;
	unsigned size = bytes[0] < 0xc0 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	uint32_t code = size == 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
	unsigned used = 1;
	for (; used < size && (bytes[used] & 0xc0) == 0x80; used++)
		code = code << 6 | (bytes[used] & 0x3f);
	*at += used;
	return code;
}

static unsigned code_width(uint32_t code)
{
	// In the C locale wcwidth() knows ASCII alone; elsewhere -1 is for characters it cannot place.
	int width = wcwidth((wchar_t)code);
	return width < 0 ? 1 : (unsigned)width;
}

unsigned line_width(const char *utf8)
{
	unsigned width = 0;
	while (*utf8)
		width += code_width(next_code(&utf8));
	return width;
}

// The bytes at the start of utf8 that take at most width columns; the columns they take in *used.
static size_t bytes_within(const char *utf8, unsigned width, unsigned *used)
{
	const char *at = utf8;
	*used = 0;
	while (*at) {
		const char *next = at;
		unsigned columns = code_width(next_code(&next));
		if (*used + columns > width)
			break;
		*used += columns;
		at = next;
	}
	return (size_t)(at - utf8);
}

// As line_add_cut(); returns the columns taken.
static unsigned add_cut(struct text *text, const char *utf8, unsigned width, bool ascii)
{
	unsigned used;
	size_t bytes = bytes_within(utf8, width, &used);
	if (!utf8[bytes] || !width) {
		text_add_bytes(text, utf8, bytes);
		return used;
	}
	bytes = bytes_within(utf8, width - 1, &used);
	text_add_bytes(text, utf8, bytes);
	text_add(text, ascii ? "~" : "…");
	return used + 1;
}

void line_add_cut(struct text *text, const char *utf8, unsigned width, bool ascii)
{
	struct text plain = {0};
	if (ascii) {
		line_add_ascii(&plain, utf8);
		text->failed |= plain.failed;
		utf8 = plain.bytes ? plain.bytes : "";
	}
	add_cut(text, utf8, width, ascii);
	text_deinit(&plain);
}

static void add_spaces(struct text *text, unsigned count)
{
	text_add_format(text, "%*s", (int)count, "");
}

void line_add_padded(
	struct text *text, const char *utf8, unsigned width, bool at_right, bool ascii)
{
	struct text cut = {0};
	line_add_cut(&cut, utf8, width, ascii);
	text->failed |= cut.failed;
	const char *shown = cut.bytes ? cut.bytes : "";
	unsigned used = line_width(shown);
	unsigned missing = used < width ? width - used : 0;
	if (at_right)
		add_spaces(text, missing);
	text_add(text, shown);
	if (!at_right)
		add_spaces(text, missing);
	text_deinit(&cut);
}

void line_add_ascii(struct text *text, const char *utf8)
{
	while (*utf8) {
		uint32_t code = next_code(&utf8);
		char byte = code < 0x80 ? (char)code : '?';
		if (code == CODE_ELLIPSIS) {
			text_add(text, "...");
			continue;
		}
		if (code >= CODE_BLOCK_LOWEST && code <= CODE_BLOCK_FULL)
			byte = "_.:-=+*#"[code - CODE_BLOCK_LOWEST];
		text_add_bytes(text, &byte, 1);
	}
}
