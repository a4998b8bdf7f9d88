// SPDX-License-Identifier: MIT
// A layout as text: the C source of a built-in table, a list to read, a comparison.
#pragma once

#include "layout/layout.h"

struct text;

// What a table says besides the layout itself.
struct table_heading {
	uint32_t release;		      // generated from, 0x030b02
	uint32_t first_version, last_version; // good for
	const char *variant;		      // "" or what sets the build apart
	const char *origin;		      // the build, as people name it
	const uint8_t *mutexes;		      // before each field: layout_count_mutexes()
};

// The source of a built-in table, called layout_3_11_2 or layout_3_11_2_VARIANT.
void layout_emit_table(struct text *text, const struct layout *layout,
	const struct table_heading *heading);

// One line a field: name, offset or "absent", and its place in CPython's source.
void layout_emit_list(struct text *text, const struct layout *layout);

// One line for each field in which two layouts differ. Returns how many do.
unsigned layout_emit_difference(
	struct text *text, const struct layout *left, const struct layout *right);
