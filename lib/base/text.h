// SPDX-License-Identifier: MIT
// Text: strings that grow, foreign bytes made fit to print, figures as people read them.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A string under construction. {0} is empty. An addition without memory is dropped and marks the text
// as failed, so that it is enough to ask once, at the end.
struct text {
	char *bytes; // NUL-terminated, or NULL while nothing was added
	size_t length;
	size_t capacity;
	bool failed;
};

void text_deinit(struct text *text);
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

// Adds foreign bytes so that they are fit for a terminal and for JSON: valid UTF-8 stays, control
// characters (C0, C1, DEL), bidirectional overrides and invalid bytes become \xNN or \uNNNN.
void text_add_foreign(struct text *text, const char *bytes, size_t length);

// Hands over the string, "" if nothing was added, NULL if memory ran out. The caller frees it; the
// text is empty again.
char *text_take(struct text *text);

// Bytes as in "412.0M", "1.24G", "512" (powers of 1024, at most six characters). buffer must hold
// TEXT_FIGURE_SIZE bytes and is returned.
enum { TEXT_FIGURE_SIZE = 32 };
char *text_bytes(char *buffer, uint64_t bytes);

// The same with a sign: "+8.1M", "-3", "0".
char *text_bytes_change(char *buffer, int64_t bytes);

// A count with thousands separated: "4,102,331"; with a sign: "+62,010", "0".
char *text_count(char *buffer, uint64_t count);
char *text_count_change(char *buffer, int64_t count);
