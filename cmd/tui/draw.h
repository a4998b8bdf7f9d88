// SPDX-License-Identifier: MIT
// What several screens draw: a list, lines of text.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct input;
struct list;
struct table;
struct terminal;

// A part of the screen: whole lines.
struct area {
	int row, height;
};

// Draws the heading and the rows that fit below it, and scrolls the list to its cursor.
// STATUS_NO_MEMORY.
must_check enum status draw_list(struct terminal *terminal, const struct area *area,
	struct list *list, const struct table *table);

// The lines of the area that hold rows of a list.
struct area draw_list_rows(const struct area *area);

// Handles a click on the heading of a list: sorts by that column. False where it hit none.
bool draw_list_click(const struct terminal *terminal, const struct area *area, struct list *list,
	const struct table *table, const struct input *input);

// Draws lines (separated by newlines) from the one at *top on; *top is brought into range.
void draw_lines(
	struct terminal *terminal, const struct area *area, const char *lines, size_t *top);

// What the lowest line says of a list: its filter, order or note. Drawn in the row.
void draw_list_state(struct terminal *terminal, int row, const struct list *list,
	const struct table *table);
