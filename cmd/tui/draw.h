// SPDX-License-Identifier: MIT
// What several screens draw: a list, and lines of text.
#pragma once

#include "base/error.h"
#include "tui/list.h"
#include "tui/terminal.h"

#include <stdbool.h>
#include <stddef.h>

struct table;

// A part of the screen: whole lines.
struct area {
	int row, height;
};

// Draws the heading and the rows that fit below it, and scrolls the list to its cursor.
// STATUS_NO_MEMORY.
must_check enum status draw_list(struct terminal *terminal, const struct area *area,
	struct list *list, const struct table *table);

// Passes input to the list in an area, including a click on its heading, and updates the list. *ret
// is the answer of list_input(). STATUS_NO_MEMORY.
must_check enum status draw_list_input(const struct area *area, struct list *list,
	struct table *table, const struct input *input, enum list_answer *ret);

// Draws lines (separated by newlines), beginning with line *top, which is limited to the valid
// range.
void draw_lines(struct terminal *terminal, const struct area *area, const char *lines, size_t *top);

// Handles input that scrolls lines in an area of that height; false: it is other input. Drawing
// limits *top to the valid range.
bool draw_scroll(size_t *top, const struct input *input, int height);

// The contents of the lowest line.
struct footer {
	const char *message;
	enum style style;
};

// Draws the lowest line: the filter of a list, if there is one, and then the message.
void draw_footer(struct terminal *terminal, const struct list *list, const struct table *table,
	const struct footer *footer);

// Writes a sentence on the order that the user chose for a list.
void draw_order(const struct list *list, const struct table *table, struct error *ret);
