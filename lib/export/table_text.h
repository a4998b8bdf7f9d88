// SPDX-License-Identifier: MIT
// A table as lines of text.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "view/table.h"

struct text_options {
	unsigned width;	   // columns of the screen; 0: no limit
	unsigned max_rows; // 0: all; a line says how many were left out
	bool ascii;	   // no block characters
};

// Adds title, heading, rows and note to text.
must_check enum status table_text_add(
	const struct table *table, const struct text_options *options, struct text *text);
