// SPDX-License-Identifier: MIT
#include "base/text.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_deinit(struct text *text)
{
	if (!text)
		return;
	free(text->bytes);
	*text = (struct text){0};
}

// Makes room for length more bytes and the terminator. Without memory NULL, and the text is marked.
static char *text_grow(struct text *text, size_t length)
{
	size_t needed = text->length + length + 1;
	if (text->failed || needed < length) {
		text->failed = true;
		return NULL;
	}
	if (needed > text->capacity) {
		size_t capacity = needed + needed / 2 + 16;
		char *bytes = realloc(text->bytes, capacity);
		if (!bytes) {
			text->failed = true;
			return NULL;
		}
		text->bytes = bytes;
		text->capacity = capacity;
	}
	return text->bytes + text->length;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
	char *end = text_grow(text, length);
	if (!end)
		return;
	memcpy(end, bytes, length);
	end[length] = '\0';
	text->length += length;
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_format(struct text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0) {
		text->failed = true;
		return;
	}
	char *end = text_grow(text, (size_t)length);
	if (!end)
		return;
	va_start(args, format);
	vsnprintf(end, (size_t)length + 1, format, args);
	va_end(args);
	text->length += (size_t)length;
}

void text_add_foreign(struct text *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t size = utf8_decode(bytes + i, length - i, &code);
		if (!size) {
			text_add_format(text, "\\x%02x", (unsigned char)bytes[i]);
			i++;
			continue;
		}
		if (utf8_is_unsafe(code))
			text_add_format(text, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
		else
			text_add_bytes(text, bytes + i, size);
		i += size;
	}
}

char *text_take(struct text *text)
{
	if (!text->failed && !text->bytes)
		text_add_bytes(text, "", 0);
	char *bytes = text->bytes;
	if (text->failed) {
		free(bytes);
		bytes = NULL;
	}
	*text = (struct text){0};
	return bytes;
}

char *text_bytes(char *buffer, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	if (bytes < 1024) {
		snprintf(buffer, TEXT_FIGURE_SIZE, "%u", (unsigned)bytes);
		return buffer;
	}
	double value = (double)bytes / 1024;
	size_t unit = 0;
	while (value >= 1023.5 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	int decimals = unit >= 2 ? 2 : 1;
	snprintf(buffer, TEXT_FIGURE_SIZE - 1, "%.*f%c", decimals, value, units[unit]);
	return buffer;
}

// Puts the sign in front of a figure that text_bytes() or text_count() writes.
static char *with_sign(char *buffer, int64_t value, char *(*write)(char *, uint64_t))
{
	if (!value)
		return write(buffer, 0);
	buffer[0] = value < 0 ? '-' : '+';
	write(buffer + 1, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
	return buffer;
}

char *text_bytes_change(char *buffer, int64_t bytes)
{
	return with_sign(buffer, bytes, text_bytes);
}

char *text_count(char *buffer, uint64_t count)
{
	char digits[TEXT_FIGURE_SIZE];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
	char *out = buffer;
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return buffer;
}

char *text_count_change(char *buffer, int64_t count)
{
	return with_sign(buffer, count, text_count);
}
