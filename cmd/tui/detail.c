// SPDX-License-Identifier: MIT
#include "tui/detail.h"

#include "base/guard.h"
#include "base/text.h"
#include "tui/terminal.h"
#include "view/fit.h"
#include "view/line.h"
#include "view/table.h"

#include <stdlib.h>
#include <string.h>

enum { NARROW = 40 }; // below, a value stands on lines of its own

void detail_deinit(struct detail *detail)
{
	if (!detail)
		return;
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

static const char *column_label(const struct column *column)
{
	return column->name ? column->name : column->title;
}

// Of the widest label: the values stand behind it.
static unsigned label_width(const struct table *table)
{
	unsigned widest = 0;
	for (size_t i = 0; i < table->column_count; i++) {
		unsigned width = line_width(column_label(&table->columns[i]));
		if (width > widest)
			widest = width;
	}
	return widest;
}

static void add_cell(struct text *text, const struct detail_source *source, size_t column)
{
	char buffer[CELL_BUFFER_SIZE];
	const struct table *table = source->table;
	const struct cell *cell = &table->cells[source->row * table->column_count + column];
	const char *value = cell_format(&table->columns[column], cell, buffer);
	const char *label = column_label(&table->columns[column]);
	struct text shown = {0};
	if (source->ascii)
		line_add_ascii(&shown, value);
	else
		text_add(&shown, value);
	bool narrow = source->width < NARROW;
	unsigned indent = narrow ? 2 : label_width(table) + 2;
	if (narrow)
		text_add_format(text, "%s\n  ", label);
	else
		line_add_padded(text, label, indent, false, source->ascii);
	add_wrapped(text, shown.length ? shown.bytes : "-", indent,
		source->width > indent ? source->width - indent : 1);
	text_deinit(&shown);
}

static enum status add_behind(struct text *text, const struct detail_source *source)
{
	AUTO(fit_destroyp) struct fit *fit = NULL;
	enum status status = fit_create(source->behind, source->width, source->ascii, &fit);
	if (status)
		return status;
	text_add_format(text, "\n%s\n", source->behind->title);
	fit_add_heading(fit, source->behind, text);
	text_add(text, "\n");
	for (size_t row = 0; row < source->behind->row_count; row++) {
		fit_add_row(fit, source->behind, row, text);
		text_add(text, "\n");
	}
	return STATUS_OK;
}

static char *make_lines(const struct detail_source *source)
{
	struct text text = {0};
	for (size_t i = 0; i < source->table->column_count; i++)
		add_cell(&text, source, i);
	bool has_more = source->behind && source->behind->row_count;
	if (has_more && add_behind(&text, source))
		text.failed = true;
	return text_take(&text);
}

enum status detail_show(struct detail *detail, const struct detail_source *source)
{
	AUTO(freep) char *lines = make_lines(source);
	if (!lines)
		return STATUS_NO_MEMORY;
	free(detail->lines);
	detail->subject = source->table->subjects[source->row];
	detail->lines = take_ptr(lines);
	detail->is_open = true;
	detail->is_gone = false;
	return STATUS_OK;
}

bool detail_find_row(struct detail *detail, const struct table *table, size_t *ret)
{
	bool found = table_find_row(table, detail->subject, ret);
	detail->is_gone |= !found;
	return found;
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
