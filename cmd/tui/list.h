// SPDX-License-Identifier: MIT
// A table that is looked through: which of its rows are shown, in which order, and where the cursor
// is. Knows no terminal.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "tui/terminal.h"
#include "view/fit.h"
#include "view/table.h"

#include <stdbool.h>
#include <stddef.h>

// Meant to be read; {0} is one that has seen no table.
struct list {
	size_t *rows;	 // of the table, those that the filter lets through
	size_t row_count;
	size_t cursor;	 // position in rows
	size_t top;	 // position in rows of the first one on the screen
	struct subject followed; // under the cursor, from table to table; SUBJECT_NONE: its place is kept
	bool is_sorted;	 // by these, and not as the table comes
	size_t sort_column;
	bool sort_descending;
	char *filter;	 // NULL: none
	bool is_filtering; // what is typed goes to the filter
	struct fit *fit; // as it was drawn last; NULL: not yet
};

void list_deinit(struct list *list);

// Takes up a table, new or the same: sorts it, filters, finds the row again that the cursor was on.
// STATUS_NO_MEMORY.
must_check enum status list_update(struct list *list, struct table *table);

// The row of the table under the cursor; false where no row is shown.
bool list_row(const struct list *list, size_t *ret);

enum list_answer {
	LIST_PASSED,  // the input is none of the list's
	LIST_MOVED,   // draw again
	LIST_CHANGED, // the filter changed: list_update()
	LIST_SORTED,  // the order was changed: list_update()
	LIST_OPENED,  // the row under the cursor was chosen
};

// Handles input. height is that of the rows on the screen, first_line where they start there.
enum list_answer list_input(struct list *list, const struct table *table,
	const struct input *input, int first_line, int height);

// Sorts by a column; by the same one again: the other way round.
void list_sort_by(struct list *list, const struct table *table, size_t column);

// Scrolls so that the cursor is among height rows.
void list_scroll(struct list *list, int height);

// Its keys, for the help: lines.
extern const char list_help[];
