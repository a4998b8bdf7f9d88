// SPDX-License-Identifier: MIT
// A layout as text: a build for layouts.in, a list to read, a comparison.
#pragma once

#include "layout/layout.h"

struct text;

// What layouts.in says of a build besides the layout itself.
struct build_heading {
	uint32_t release;		      // read from, 0x030b02
	uint32_t first_version, last_version; // good for; 0: layouts.in knows
	const char *variant;		      // "" or what sets the build apart
	const char *origin;		      // the interpreter, as people name it; NULL: layouts.in knows
	const uint8_t *mutexes;		      // before each field: layout_count_mutexes()
	const bool *is_stated;		      // of each field: by hand, not as in the interpreter
};

// The build as in layouts.in, one line a field: lib/layout/update puts it in there.
void layout_text_add_build(struct text *text, const struct layout *layout,
	const struct build_heading *heading);

// One line a field: name, offset, "absent" or "unknown", and its place in CPython's source.
void layout_text_add_list(struct text *text, const struct layout *layout);

// One line for each field in which two layouts differ. Returns how many do. What one of them does not
// know is no difference.
unsigned layout_text_add_difference(
	struct text *text, const struct layout *left, const struct layout *right);
