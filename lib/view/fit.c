// SPDX-License-Identifier: MIT
#include "view/fit.h"

#include "base/utf8.h"
#include "view/line.h"

#include <stdint.h>
#include <stdlib.h>

enum {
	GAP = 2,	   // between columns
	READABLE_TEXT = 20, // text columns stay this wide while other columns can be left out
	SHORTEST_TEXT = 6,
};

static unsigned cell_width(const struct column *column, const struct cell *cell, bool ascii)
{
	char buffer[CELL_BUFFER_SIZE];
	const char *shown = cell_format(column, cell, buffer);
	if (!ascii)
		return utf8_width(shown);
	struct text plain = {0};
	line_add_ascii(&plain, shown);
	unsigned width = (unsigned)plain.length;
	text_deinit(&plain);
	return width;
}

// The width that a column needs: that of its widest cell.
static unsigned natural_width(const struct table *table, size_t column, bool ascii)
{
	unsigned width = utf8_width(table->columns[column].title);
	for (size_t row = 0; row < table->row_count; row++) {
		unsigned cell =
			cell_width(&table->columns[column], table_cell(table, row, column), ascii);
		if (cell > width)
			width = cell;
	}
	return width ? width : 1;
}

static unsigned total_width(const struct fit *fit)
{
	unsigned total = 0;
	for (size_t i = 0; i < fit->column_count; i++)
		if (fit->widths[i])
			total += fit->widths[i] + (total ? GAP : 0);
	return total;
}

static void cut_text_columns(struct fit *fit, const struct table *table, unsigned limit)
{
	for (size_t i = 0; i < fit->column_count; i++)
		if (table->columns[i].format == CELL_TEXT && fit->widths[i] > limit)
			fit->widths[i] = limit;
}

// The column to leave out next: the one with the highest priority; among equals the last. Never the
// first column. any: also columns without a priority, which should stay.
static size_t column_to_drop(const struct fit *fit, const struct table *table, bool any)
{
	size_t worst = 0;
	for (size_t i = 1; i < fit->column_count; i++) {
		unsigned priority = table->columns[i].priority;
		if (!fit->widths[i] || (!priority && !any))
			continue;
		if (!worst || priority >= table->columns[worst].priority)
			worst = i;
	}
	return worst;
}

static void drop_columns(struct fit *fit, const struct table *table, unsigned width, bool any)
{
	while (total_width(fit) > width) {
		size_t column = column_to_drop(fit, table, any);
		if (!column)
			break;
		fit->widths[column] = 0;
	}
}

// Distributes the remaining width among the text columns, one at a time, up to what each needs.
static void widen_text_columns(struct fit *fit, const struct table *table, unsigned width)
{
	bool widened = true;
	while (widened && total_width(fit) < width) {
		widened = false;
		for (size_t i = 0; i < fit->column_count; i++) {
			if (table->columns[i].format != CELL_TEXT || !fit->widths[i] ||
				fit->widths[i] >= fit->natural[i] || total_width(fit) >= width)
				continue;
			fit->widths[i]++;
			widened = true;
		}
	}
}

static void fit_into(struct fit *fit, const struct table *table, unsigned width)
{
	cut_text_columns(fit, table, READABLE_TEXT);
	drop_columns(fit, table, width, false);
	if (total_width(fit) > width)
		cut_text_columns(fit, table, SHORTEST_TEXT);
	drop_columns(fit, table, width, true);
	widen_text_columns(fit, table, width);
	if (fit->column_count && fit->widths[0] > width)
		fit->widths[0] = width;
}

// before: the previous fit, whose columns do not get narrower, or NULL.
static enum status create(const struct table *table, unsigned width, bool ascii,
	const struct fit *before, struct fit **ret)
{
	// natural follows widths in the same block.
	struct fit *fit = calloc(1, sizeof(*fit));
	unsigned *widths = calloc(2 * table->column_count + 1, sizeof(*widths));
	if (!fit || !widths) {
		free(fit);
		free(widths);
		return STATUS_NO_MEMORY;
	}
	*fit = (struct fit){
		.widths = widths,
		.natural = widths + table->column_count,
		.width = width,
		.column_count = table->column_count,
		.ascii = ascii,
	};
	for (size_t i = 0; i < table->column_count; i++) {
		unsigned natural = natural_width(table, i, ascii);
		if (before && before->natural[i] > natural)
			natural = before->natural[i];
		fit->natural[i] = widths[i] = natural;
	}
	if (width && total_width(fit) > width)
		fit_into(fit, table, width);
	*ret = fit;
	return STATUS_OK;
}

enum status fit_create(const struct table *table, unsigned width, bool ascii, struct fit **ret)
{
	return create(table, width, ascii, NULL, ret);
}

enum status fit_update(const struct table *table, unsigned width, bool ascii, struct fit **fit)
{
	struct fit *before = *fit, *now;
	bool is_same = before && before->column_count == table->column_count &&
		before->width == width && before->ascii == ascii;
	enum status status = create(table, width, ascii, is_same ? before : NULL, &now);
	if (status)
		return status;
	fit_destroy(before);
	*fit = now;
	return STATUS_OK;
}

void fit_destroy(struct fit *fit)
{
	if (!fit)
		return;
	free(fit->widths);
	free(fit);
}

// Numbers are right-aligned, so that a line does not end in spaces.
static bool is_at_right(const struct column *column)
{
	return column->format != CELL_TEXT && column->format != CELL_SERIES;
}

static void trim_end(struct text *text, size_t start)
{
	while (text->length > start && text->bytes[text->length - 1] == ' ')
		text->bytes[--text->length] = '\0';
}

static void add_gap(struct text *text, size_t start, unsigned gap)
{
	if (text->length > start)
		text_add_format(text, "%*s", (int)gap, "");
}

void fit_add_heading(const struct fit *fit, const struct table *table, struct text *text)
{
	size_t start = text->length;
	for (size_t i = 0; i < fit->column_count; i++) {
		const struct column *column = &table->columns[i];
		if (!fit->widths[i])
			continue;
		add_gap(text, start, GAP);
		line_add_padded(text, column->title, fit->widths[i], is_at_right(column), fit->ascii);
	}
	trim_end(text, start);
}

// Adds the title of the sorted column with an arrow. If the title fills the column, it takes one
// position more. Returns how many more.
static unsigned add_marked_title(const struct fit *fit, const struct table *table, bool in_front,
	struct text *text)
{
	const struct column *column = &table->columns[table->sort_column];
	const char *arrow = table->sort_descending ? "↓" : "↑";
	unsigned width = fit->widths[table->sort_column];
	unsigned more = utf8_width(column->title) >= width ? 1 : 0;
	struct text title = {0};
	text_add_format(
		&title, "%s%s%s", in_front ? arrow : "", column->title, in_front ? "" : arrow);
	line_add_padded(text, title.bytes ? title.bytes : "", width + more, is_at_right(column),
		fit->ascii);
	text->failed |= title.failed;
	text_deinit(&title);
	return more;
}

// The arrow is in front of right-aligned titles and behind others: the gap between columns has room
// for it.
void fit_add_sorted_heading(const struct fit *fit, const struct table *table, struct text *text)
{
	size_t start = text->length;
	unsigned taken = 0; // positions of the next gap
	for (size_t i = 0; i < fit->column_count; i++) {
		const struct column *column = &table->columns[i];
		unsigned width = fit->widths[i];
		bool is_first = text->length == start;
		if (!width)
			continue;
		if (i != table->sort_column) {
			add_gap(text, start, GAP - taken);
			line_add_padded(text, column->title, width, is_at_right(column), fit->ascii);
			taken = 0;
			continue;
		}
		bool is_full = utf8_width(column->title) >= width;
		bool in_front = is_at_right(column) && (!is_first || !is_full);
		add_gap(text, start, in_front && is_full ? GAP - 1 : GAP);
		taken = add_marked_title(fit, table, in_front, text);
		if (in_front)
			taken = 0;
	}
	trim_end(text, start);
}

void fit_add_row(const struct fit *fit, const struct table *table, size_t row, struct text *text)
{
	size_t start = text->length;
	for (size_t i = 0; i < fit->column_count; i++) {
		char buffer[CELL_BUFFER_SIZE];
		const struct column *column = &table->columns[i];
		if (!fit->widths[i])
			continue;
		add_gap(text, start, GAP);
		line_add_padded(text, cell_format(column, table_cell(table, row, i), buffer),
			fit->widths[i], is_at_right(column), fit->ascii);
	}
	trim_end(text, start);
}

size_t fit_column_at(const struct fit *fit, unsigned x)
{
	unsigned start = 0;
	for (size_t i = 0; i < fit->column_count; i++) {
		if (!fit->widths[i])
			continue;
		if (x >= start && x < start + fit->widths[i])
			return i;
		start += fit->widths[i] + GAP;
	}
	return fit->column_count;
}
