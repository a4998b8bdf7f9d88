// SPDX-License-Identifier: MIT
// A table that a user looks through: which rows are shown, in which order, and where the cursor is.
// Does not use the terminal.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "tui/terminal.h"
#include "view/fit.h"
#include "view/table.h"

#include <stdbool.h>
#include <stddef.h>

// {0} is a list that has no table yet.
struct list {
	size_t *rows;	 // positions in the table of the rows that pass the filter
	size_t row_count;
	size_t cursor;	 // position in rows
	size_t top;	 // position in rows of the first one on the screen
	struct subject followed; // under the cursor; SUBJECT_NONE: the cursor keeps its line
	bool is_sorted;	 // by the next two; otherwise in the order of the table
	size_t sort_column;
	bool sort_descending;
	char *filter;	 // NULL: none
	bool is_filtering; // typed characters go to the filter
	struct fit *fit; // of the last drawing; NULL: none yet
};

void list_deinit(struct list *list);

// Updates the list to a new or changed table: sorts, filters, and finds the row that the cursor was
// on. STATUS_NO_MEMORY.
must_check enum status list_update(struct list *list, struct table *table);

// The row of the table under the cursor; false: no row is shown.
bool list_row(const struct list *list, size_t *ret);

enum list_answer {
	LIST_PASSED,  // the list does not use the input
	LIST_MOVED,   // draw again
	LIST_CHANGED, // the filter changed: list_update()
	LIST_SORTED,  // the order changed: list_update()
	LIST_OPENED,  // the row under the cursor was opened
};

// Handles input. The screen has height rows of the list, beginning in line first_line.
enum list_answer list_input(struct list *list, const struct table *table,
	const struct input *input, int first_line, int height);

// Sorts by a column; if it is already sorted by that column, reverses the order.
void list_sort_by(struct list *list, const struct table *table, size_t column);

// Scrolls so that the cursor is among height rows.
void list_scroll(struct list *list, int height);

// The help for its keys, as lines.
extern const char list_help[];
