// SPDX-License-Identifier: MIT
#include "tui/detail.h"

#include "base/guard.h"
#include "base/text.h"
#include "tui/list.h"
#include "tui/terminal.h"
#include "view/line.h"
#include "view/table.h"

#include <stdlib.h>
#include <string.h>

enum {
	LABEL_WIDTH = 16,
	NARROW = 40, // below, a value stands on lines of its own
};

void detail_deinit(struct detail *detail)
{
	if (!detail)
		return;
	free(detail->key);
	free(detail->lines);
	*detail = (struct detail){0};
}

// How many bytes of a text fit into width columns; at least one character.
static size_t bytes_that_fit(const char *utf8, unsigned width)
{
	struct text part = {0};
	size_t fit = 0;
	for (size_t i = 1; utf8[i - 1]; i++) {
		if ((utf8[i] & 0xc0) == 0x80)
			continue;
		part.length = 0;
		text_add_bytes(&part, utf8, i);
		if (part.failed || (fit && line_width(part.bytes) > width))
			break;
		fit = i;
	}
	text_deinit(&part);
	return fit;
}

// Adds a value in as many lines as it takes, the later ones indented.
static void add_wrapped(struct text *text, const char *value, unsigned indent, unsigned width)
{
	while (*value) {
		size_t length = bytes_that_fit(value, width);
		if (!length)
			break;
		text_add_bytes(text, value, length);
		text_add(text, "\n");
		value += length;
		if (*value)
			text_add_format(text, "%*s", (int)indent, "");
	}
}

static void add_cell(struct text *text, const struct column *column, const struct cell *cell,
	unsigned width, bool ascii)
{
	char buffer[CELL_BUFFER_SIZE];
	const char *value = cell_format(column, cell, buffer);
	struct text plain = {0};
	if (ascii)
		line_add_ascii(&plain, value);
	else
		text_add(&plain, value);
	const char *label = column->name ? column->name : column->title;
	bool narrow = width < NARROW;
	unsigned indent = narrow ? 2 : LABEL_WIDTH + 2;
	if (narrow)
		text_add_format(text, "%s\n  ", label);
	else
		text_add_format(text, "%-*s  ", LABEL_WIDTH, label);
	const char *shown = plain.bytes && plain.length ? plain.bytes : "-";
	add_wrapped(text, shown, indent, width > indent ? width - indent : 1);
	text_deinit(&plain);
}

static char *row_lines(const struct table *table, size_t row, unsigned width, bool ascii)
{
	struct text text = {0};
	const struct cell *cells = &table->cells[row * table->column_count];
	for (size_t i = 0; i < table->column_count; i++)
		add_cell(&text, &table->columns[i], &cells[i], width, ascii);
	return text_take(&text);
}

static enum status show_row(
	struct detail *detail, const struct table *table, size_t row, unsigned width, bool ascii)
{
	char *lines = row_lines(table, row, width, ascii);
	if (!lines)
		return STATUS_NO_MEMORY;
	free(detail->lines);
	detail->lines = lines;
	detail->is_gone = false;
	return STATUS_OK;
}

enum status detail_open(struct detail *detail, const struct table *table, size_t row,
	unsigned width, bool ascii)
{
	detail_close(detail);
	detail->key = list_key(table, row);
	if (!detail->key)
		return STATUS_NO_MEMORY;
	detail->is_open = true;
	return show_row(detail, table, row, width, ascii);
}

enum status detail_update(
	struct detail *detail, const struct table *table, unsigned width, bool ascii)
{
	if (!detail->is_open)
		return STATUS_OK;
	for (size_t row = 0; row < table->row_count; row++) {
		AUTO(freep) char *key = list_key(table, row);
		if (!key)
			return STATUS_NO_MEMORY;
		if (!strcmp(key, detail->key))
			return show_row(detail, table, row, width, ascii);
	}
	detail->is_gone = true;
	return STATUS_OK;
}

void detail_close(struct detail *detail)
{
	detail_deinit(detail);
}

void detail_draw(struct detail *detail, struct terminal *terminal, const struct area *area)
{
	struct area lines = {area->row + 1, area->height - 1};
	if (area->height < 1)
		return;
	terminal_put(terminal, area->row, 0,
		detail->is_gone ? "not in the last sample" : "Backspace: back to the table",
		STYLE_HEADING, false);
	draw_lines(terminal, &lines, detail->lines ? detail->lines : "", &detail->top);
}

static void scroll(struct detail *detail, int lines)
{
	if (lines < 0 && (size_t)-lines > detail->top)
		detail->top = 0;
	else
		detail->top += (size_t)lines; // drawing brings it into range
}

bool detail_input(struct detail *detail, const struct input *input, int height)
{
	switch (input->kind) {
	case INPUT_BACK:
	case INPUT_ESCAPE:
	case INPUT_ENTER:
		detail_close(detail);
		return true;
	case INPUT_UP:
	case INPUT_WHEEL_UP:
		scroll(detail, -1);
		return true;
	case INPUT_DOWN:
	case INPUT_WHEEL_DOWN:
		scroll(detail, 1);
		return true;
	case INPUT_PAGE_UP:
		scroll(detail, -height);
		return true;
	case INPUT_PAGE_DOWN:
		scroll(detail, height);
		return true;
	case INPUT_HOME:
		detail->top = 0;
		return true;
	default:
		return false;
	}
}
