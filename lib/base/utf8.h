// SPDX-License-Identifier: MIT
// UTF-8: from bytes to characters and back, where to cut it, and how wide it is on a screen. What is
// foreign goes through utf8_decode(), which believes nothing; the others take valid UTF-8, as all
// texts of ours are (text_add_foreign() makes them so), and read nothing behind the end of others.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The most bytes that one character takes.
enum { UTF8_SIZE_MAX = 4 };

// The character at the start of length > 0 foreign bytes. Returns how many bytes it takes, 0 where
// they are no UTF-8 (overlong, a surrogate, beyond U+10FFFF, cut off).
size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret);

// Whether UTF-8 has this character: it has no surrogates and nothing beyond U+10FFFF.
bool utf8_is_encodable(uint32_t code);

// Writes an encodable character into out, of UTF8_SIZE_MAX bytes, and returns how many it took. No
// zero byte follows.
size_t utf8_encode(uint32_t code, char *out);

// Whether a terminal must not be given the character: controls (C0, DEL, C1), and what reorders or
// hides the text around it (marks of direction, invisible characters, tags).
bool utf8_is_unsafe(uint32_t code);

// Whether a character begins with the byte (the zero byte at the end counts as one).
static inline bool utf8_begins(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

// The length of text, of at least limit bytes, when cut between characters to at most limit bytes.
size_t utf8_cut(const char *text, size_t limit);

// The character at *at, which is not the zero byte at the end, and moves *at behind it. A byte that
// belongs to no character counts as one.
uint32_t utf8_next(const char **at);

// How many columns of a screen the text takes: wide characters two, combining ones none. The locale
// decides (wcwidth(3)); in the C locale everything beyond ASCII takes one.
unsigned utf8_width(const char *text);

// How many bytes at the start of the text are whole characters in at most width columns, and in
// *ret_width how many columns these take. ret_width may be NULL.
size_t utf8_fit(const char *text, unsigned width, unsigned *ret_width);
