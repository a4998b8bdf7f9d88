// SPDX-License-Identifier: MIT
// A layout as text: the C source of a built-in table, a list to read, a comparison.
#pragma once

#include "layout/layout.h"

#include <stdbool.h>

struct text;

// The source of a built-in table called name ("layout_3_11_2"), where origin names the build it was
// generated from ("python3.11 3.11.2-6+deb12u9 (Debian)").
void layout_emit_table(
	struct text *text, const struct layout *layout, const char *name, const char *origin);

// One line a field: name, offset or "absent", and its place in CPython's source.
void layout_emit_list(struct text *text, const struct layout *layout);

// One line for each field in which two layouts differ. Returns how many do.
unsigned layout_emit_difference(
	struct text *text, const struct layout *left, const struct layout *right);
