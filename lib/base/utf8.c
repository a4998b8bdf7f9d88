// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <wchar.h>

// How many bytes a character takes that begins with this one; 0 where none does.
static size_t size_by_lead(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	return lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char lead = (unsigned char)bytes[0];
	size_t size = size_by_lead(lead);
	if (!size || size > length)
		return 0;
	uint32_t code = size == 1 ? lead : lead & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if (utf8_begins(bytes[i]))
			return 0;
		code = code << 6 | ((unsigned char)bytes[i] & 0x3f);
	}
	if (code < least[size] || !utf8_is_encodable(code))
		return 0;
	*ret = code;
	return size;
}

bool utf8_is_encodable(uint32_t code)
{
	return code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
}

size_t utf8_encode(uint32_t code, char *out)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = size - 1; i; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(leads[size] | code);
	return size;
}

bool utf8_is_unsafe(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
		(code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
		code == 0xfeff || (code >= 0xfff0 && code <= 0xfffb) || code >= 0xe0000;
}

size_t utf8_cut(const char *text, size_t limit)
{
	while (limit && !utf8_begins(text[limit]))
		limit--;
	return limit;
}

uint32_t utf8_next(const char **at)
{
	const unsigned char *bytes = (const unsigned char *)*at;
	size_t size = size_by_lead(bytes[0]), used = 1;
	uint32_t code = size <= 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
	for (; used < size && !utf8_begins((*at)[used]); used++)
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

unsigned utf8_width(const char *text)
{
	unsigned width = 0;
	while (*text)
		width += code_width(utf8_next(&text));
	return width;
}

size_t utf8_fit(const char *text, unsigned width, unsigned *ret_width)
{
	const char *at = text;
	unsigned used = 0;
	while (*at) {
		const char *next = at;
		unsigned columns = code_width(utf8_next(&next));
		if (columns > width - used)
			break;
		used += columns;
		at = next;
	}
	if (ret_width)
		*ret_width = used;
	return (size_t)(at - text);
}
