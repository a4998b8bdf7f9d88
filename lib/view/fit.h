// SPDX-License-Identifier: MIT
// Fits a table to a screen: which columns are shown, how wide each is, and its rows as lines.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "base/text.h"
#include "view/table.h"

#include <stdbool.h>

// Meant to be read.
struct fit {
	unsigned *widths;  // one for each column of the table; 0: left out, there is no room
	unsigned *natural; // the width that each column needs
	unsigned width;	   // the available width
	size_t column_count;
	bool ascii;
};

// Fits the table into width columns (0: no limit). First cuts text, but keeps it readable, then
// leaves out columns, those with the highest priority first; the first column always stays.
// STATUS_NO_MEMORY.
must_check enum status fit_create(
	const struct table *table, unsigned width, bool ascii, struct fit **ret);
void fit_destroy(struct fit *fit);
GUARD(struct fit, fit_destroy)

// The same if a table with the same columns was shown before: no column gets narrower, so that they
// do not jump. Replaces *fit (NULL: none).
must_check enum status fit_update(
	const struct table *table, unsigned width, bool ascii, struct fit **fit);

// Adds the titles of the columns, with an arrow at the column by which the table is sorted; it
// points down if the largest values come first.
void fit_add_sorted_heading(const struct fit *fit, const struct table *table, struct text *text);

// Adds the titles of the columns, or the cells of a row, as one line without a newline.
void fit_add_heading(const struct fit *fit, const struct table *table, struct text *text);
void fit_add_row(
	const struct fit *fit, const struct table *table, size_t row, struct text *text);

// The column of the table that is shown at position x of a line; column_count: none.
size_t fit_column_at(const struct fit *fit, unsigned x);
