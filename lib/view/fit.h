// SPDX-License-Identifier: MIT
// How a table fits a screen: which columns are shown and how wide each is; its rows as lines.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "base/text.h"
#include "view/table.h"

#include <stdbool.h>

// Meant to be read.
struct fit {
	unsigned *widths;  // one a column of the table; 0: left out for want of room
	unsigned *natural; // that each column asks for
	unsigned width;	   // that they fit into
	size_t column_count;
	bool ascii;
};

// Fits the table into width columns (0: as wide as it gets). Text is cut down to a readable width
// before columns go, those of the highest priority first; the first column always stays.
// STATUS_NO_MEMORY.
must_check enum status fit_create(
	const struct table *table, unsigned width, bool ascii, struct fit **ret);
void fit_destroy(struct fit *fit);
GUARD(struct fit, fit_destroy)

// The same, where a table with the same columns was there before: no column gets narrower, so that
// they do not jump. Replaces *fit (NULL is none).
must_check enum status fit_update(
	const struct table *table, unsigned width, bool ascii, struct fit **fit);

// Adds the titles of the columns with an arrow at the one that the table is sorted by: down where the
// largest come first.
void fit_add_sorted_heading(const struct fit *fit, const struct table *table, struct text *text);

// Adds the titles of the columns, or the cells of a row, as one line without a newline.
void fit_add_heading(const struct fit *fit, const struct table *table, struct text *text);
void fit_add_row(
	const struct fit *fit, const struct table *table, size_t row, struct text *text);

// The column of the table that is shown at position x of a line, or column_count.
size_t fit_column_at(const struct fit *fit, unsigned x);
