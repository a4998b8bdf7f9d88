// SPDX-License-Identifier: MIT
// One row of a table, opened: everything in it, in full, and what stands behind it.
#pragma once

#include "base/error.h"
#include "tui/draw.h"
#include "view/subject.h"

#include <stdbool.h>
#include <stddef.h>

struct input;
struct table;
struct terminal;

// {0} is closed.
struct detail {
	bool is_open;
	struct subject subject; // of the row
	char *lines; // what is shown, separated by newlines
	bool is_gone; // the row is in the table no more; the lines are the last ones
	size_t top;
};

void detail_deinit(struct detail *detail);

// What is shown: the row, and a table behind it or NULL. All borrowed.
struct detail_source {
	const struct table *table;
	size_t row;
	const struct table *behind;
	unsigned width;
	bool ascii;
};

// Opens a row, or shows it anew. STATUS_NO_MEMORY.
must_check enum status detail_show(struct detail *detail, const struct detail_source *source);

// The row of a new table that the detail is open on; false where there is none any more, which is
// noted.
bool detail_find_row(struct detail *detail, const struct table *table, size_t *ret);
void detail_close(struct detail *detail);

void detail_draw(struct detail *detail, struct terminal *terminal, const struct area *area);

// Handles input; false where it is none of the detail's.
bool detail_input(struct detail *detail, const struct input *input, int height);
