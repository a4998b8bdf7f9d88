// SPDX-License-Identifier: MIT
#include "view/line.h"

#include "base/utf8.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum {
	CODE_ELLIPSIS = 0x2026,
	CODE_ARROW_UP = 0x2191,
	CODE_ARROW_DOWN = 0x2193,
	CODE_BLOCK_LOWEST = 0x2581,
	CODE_BLOCK_FULL = 0x2588,
	BLOCK_LEVELS = 8,
	BLOCK_BYTES = 3, // of a block character in UTF-8
};

// As line_add_cut(); returns the columns taken.
static unsigned add_cut(struct text *text, const char *utf8, unsigned width, bool ascii)
{
	unsigned used;
	size_t bytes = utf8_fit(utf8, width, &used);
	if (!utf8[bytes] || !width) {
		text_add_bytes(text, utf8, bytes);
		return used;
	}
	bytes = utf8_fit(utf8, width - 1, &used);
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
	unsigned used = utf8_width(shown);
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
		uint32_t code = utf8_next(&utf8);
		char byte = code < 0x80 ? (char)code : '?';
		if (code == CODE_ELLIPSIS) {
			text_add(text, "...");
			continue;
		}
		if (code == CODE_ARROW_UP || code == CODE_ARROW_DOWN)
			byte = code == CODE_ARROW_UP ? '^' : 'v';
		if (code >= CODE_BLOCK_LOWEST && code <= CODE_BLOCK_FULL)
			byte = "_.:-=+*#"[code - CODE_BLOCK_LOWEST];
		text_add_bytes(text, &byte, 1);
	}
}

static unsigned level_of(double value, double low, double high)
{
	if (!(high > low) || !isfinite(value))
		return 0;
	double level = (value / 2 - low / 2) / (high / 2 - low / 2) * (BLOCK_LEVELS - 1) + 0.5;
	return level > 0 && level < BLOCK_LEVELS ? (unsigned)level : 0;
}

char *line_of_series(const double *values, size_t count, char *buffer, size_t size)
{
	size_t room = (size - 1) / BLOCK_BYTES;
	if (count > room) {
		values += count - room;
		count = room;
	}
	double low = INFINITY, high = -INFINITY;
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	char *out = buffer;
	for (size_t i = 0; i < count; i++, out += BLOCK_BYTES) {
		memcpy(out, "\u2581", BLOCK_BYTES);
		out[BLOCK_BYTES - 1] = (char)(out[BLOCK_BYTES - 1] + (int)level_of(values[i], low, high));
	}
	*out = '\0';
	return buffer;
}
