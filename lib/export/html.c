// SPDX-License-Identifier: MIT
#include "export/html.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *entity_of(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_add_text(struct text *text, const char *string)
{
	struct text safe = {0};
	text_add_foreign(&safe, string, strlen(string));
	text->failed |= safe.failed;
	for (const char *byte = safe.bytes; byte && *byte; byte++) {
		const char *entity = entity_of(*byte);
		if (entity)
			text_add(text, entity);
		else
			text_add_bytes(text, byte, 1);
	}
	text_deinit(&safe);
}

void html_add_element(struct text *text, const char *tag, const char *content)
{
	text_add_format(text, "<%s>", tag);
	html_add_text(text, content);
	text_add_format(text, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static const char *column_style(const struct column *column)
{
	if (column->format == CELL_SERIES)
		return " class=\"trend\"";
	return column->format == CELL_TEXT ? "" : " class=\"figure\"";
}

static void add_heading(struct text *text, const struct table *table)
{
	text_add(text, "<thead><tr>");
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		const char *order = i != table->sort_column  ? "none"
				    : table->sort_descending ? "descending"
							     : "ascending";
		text_add_format(text,
			"<th scope=\"col\"%s aria-sort=\"%s\"><button type=\"button\">",
			column_style(column), order);
		html_add_text(text, column->title);
		text_add(text, "</button></th>");
	}
	text_add(text, "</tr></thead>\n");
}

enum { LINE_WIDTH = 96, LINE_HEIGHT = 20 };

static void add_line(struct text *text, const double *values, size_t count)
{
	double low = values[0], high = values[0];
	for (size_t i = 1; i < count; i++) {
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	text_add_format(text,
		"<svg class=\"trend%s\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
		" role=\"img\" aria-label=\"from %.6g to %.6g\"><polyline points=\"",
		high > low ? "" : " flat", LINE_WIDTH, LINE_HEIGHT, LINE_WIDTH, LINE_HEIGHT, values[0],
		values[count - 1]);
	for (size_t i = 0; i < count; i++) {
		double share = high > low ? (values[i] - low) / (high - low) : 0;
		text_add_format(text, "%s%.1f,%.1f", i ? " " : "",
			2 + (LINE_WIDTH - 4) * (double)i / (double)(count - 1),
			LINE_HEIGHT - 2 - share * (LINE_HEIGHT - 4));
	}
	text_add(text, "\"/></svg>");
}

static void add_series(struct text *text, const struct cell *cell)
{
	const double *values = cell->series.values;
	size_t count = cell->series.count;
	if (count < 2) {
		text_add(text, "<td></td>");
		return;
	}
	text_add_format(
		text, "<td class=\"trend\" data-value=\"%.12g\">", values[count - 1] - values[0]);
	add_line(text, values, count);
	text_add(text, "</td>");
}

static void add_figure(struct text *text, const struct column *column, const struct cell *cell)
{
	char buffer[CELL_BUFFER_SIZE];
	bool is_change = column->format == CELL_COUNT_CHANGE || column->format == CELL_BYTES_CHANGE;
	if (is_change)
		text_add_format(text, "<td class=\"figure%s\" data-value=\"%" PRId64 "\">",
			cell->signed_value > 0	 ? " more"
			: cell->signed_value < 0 ? " less"
						 : " same",
			cell->signed_value);
	else
		text_add_format(text, "<td class=\"figure\" data-value=\"%" PRIu64 "\">",
			cell->unsigned_value);
	html_add_text(text, cell_format(column, cell, buffer));
	text_add(text, "</td>");
}

static void add_cell(struct text *text, const struct column *column, const struct cell *cell)
{
	if (cell->is_empty) {
		text_add(text, "<td></td>");
	} else if (column->format == CELL_TEXT) {
		text_add(text, column->is_key ? "<td class=\"name\">" : "<td class=\"text\">");
		html_add_text(text, cell->text);
		text_add(text, "</td>");
	} else if (column->format == CELL_SERIES) {
		add_series(text, cell);
	} else {
		add_figure(text, column, cell);
	}
}

void html_add_table(struct text *text, const struct table *table, const char *style)
{
	text_add_format(text, "<div class=\"scroll\"><table class=\"%s\">\n", style);
	add_heading(text, table);
	text_add(text, "<tbody>\n");
	for (size_t row = 0; row < table->row_count; row++) {
		text_add(text, "<tr>");
		for (size_t i = 0; i < table->column_count; i++)
			add_cell(text, &table->columns[i],
				&table->cells[row * table->column_count + i]);
		text_add(text, "</tr>\n");
	}
	text_add(text, "</tbody></table></div>\n");
	if (table->note)
		html_add_element(text, "p class=\"note\"", table->note);
}
