// SPDX-License-Identifier: MIT
// Text for a screen: cuts or pads text, converts it to ASCII, and draws numbers as block
// characters. All text must be valid UTF-8 without control characters, as in cells and headlines.
#pragma once

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

// Adds the text in exactly width columns: cuts its end with "…" (ascii: "~"), or pads it with
// spaces after it, or before it if at_right.
void line_add_padded(
	struct text *text, const char *utf8, unsigned width, bool at_right, bool ascii);

// Adds the text in at most width columns: cut in the same way, but not padded.
void line_add_cut(struct text *text, const char *utf8, unsigned width, bool ascii);

// Adds the text in ASCII: block characters become eight levels "_.:-=+*#", "…" becomes "...",
// arrows up and down become "^" and "v", other characters "?".
void line_add_ascii(struct text *text, const char *utf8);

// Writes numbers as block characters "▁▂▃▄▅▆▇█" into buffer of size bytes (at least 1) and returns
// it. The lowest value is the lowest block, the highest value the highest block; if all are equal,
// they are the lowest. If there are too many, the first (oldest) values are left out.
char *line_of_series(const double *values, size_t count, char *buffer, size_t size);
