// SPDX-License-Identifier: MIT
// What several screens draw: a list, lines of text.
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

// The list in an area handles input, a click on its heading too, and is brought up to it. *ret is
// what list_input() answers. STATUS_NO_MEMORY.
must_check enum status draw_list_input(const struct area *area, struct list *list,
	struct table *table, const struct input *input, enum list_answer *ret);

// Draws lines (separated by newlines) from the one at *top on; *top is brought into range.
void draw_lines(struct terminal *terminal, const struct area *area, const char *lines, size_t *top);

// Handles input that scrolls lines in an area of that height; false where it does not. Drawing
// brings *top into range.
bool draw_scroll(size_t *top, const struct input *input, int height);

// What the lowest line says.
struct footer {
	const char *message;
	enum style style;
};

// Draws the lowest line: the filter of a list, where there is one, and then the message.
void draw_footer(struct terminal *terminal, const struct list *list, const struct table *table,
	const struct footer *footer);

// Writes the order that the person gave a list into a sentence.
void draw_order(const struct list *list, const struct table *table, struct error *ret);
