// SPDX-License-Identifier: MIT
// Text on a screen: cut or filled to fit, in ASCII where no more is known there, and numbers as block
// characters. Takes valid UTF-8 without controls, as cells and headlines hold it.
#pragma once

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

// Adds the text in exactly width columns: cut behind with "…" (ascii: "~"), or filled with spaces
// behind, or in front where at_right.
void line_add_padded(
	struct text *text, const char *utf8, unsigned width, bool at_right, bool ascii);

// Adds the text in at most width columns, cut in the same way and not filled.
void line_add_cut(struct text *text, const char *utf8, unsigned width, bool ascii);

// Adds the text in ASCII: block characters become eight levels of "_.:-=+*#", "…" becomes "...",
// arrows up and down "^" and "v", other characters "?".
void line_add_ascii(struct text *text, const char *utf8);

// Writes a series of numbers as block characters, one each, "▁▂▃▄▅▆▇█", into buffer of size bytes (at
// least 1) and returns it. The lowest value is the lowest block, the highest one the highest; equal
// values lie in the lowest. What does not fit is cut in front: the newest values stay.
char *line_of_series(const double *values, size_t count, char *buffer, size_t size);
