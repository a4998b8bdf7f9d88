// SPDX-License-Identifier: MIT
// One row of a table, opened: everything in it, in full.
#pragma once

#include "base/error.h"
#include "tui/draw.h"

#include <stdbool.h>
#include <stddef.h>

struct input;
struct table;
struct terminal;

// {0} is closed.
struct detail {
	bool is_open;
	char *key;   // of the row
	char *lines; // what is shown, separated by newlines
	bool is_gone; // the row is in the table no more; the lines are the last ones
	size_t top;
};

void detail_deinit(struct detail *detail);

// Opens a row. STATUS_NO_MEMORY.
must_check enum status detail_open(struct detail *detail, const struct table *table, size_t row,
	unsigned width, bool ascii);

// Finds the row again in a new table, or for a new width. STATUS_NO_MEMORY.
must_check enum status detail_update(
	struct detail *detail, const struct table *table, unsigned width, bool ascii);
void detail_close(struct detail *detail);

void detail_draw(struct detail *detail, struct terminal *terminal, const struct area *area);

// Handles input; false where it is none of the detail's.
bool detail_input(struct detail *detail, const struct input *input, int height);
