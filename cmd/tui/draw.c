// SPDX-License-Identifier: MIT
#include "tui/draw.h"

#include "base/text.h"
#include "base/utf8.h"
#include "tui/terminal.h"
#include "view/fit.h"
#include "view/table.h"

#include <stdint.h>
#include <string.h>

// The lines of the area that show rows of a list.
static struct area list_rows(const struct area *area)
{
	return (struct area){area->row + 1, area->height > 1 ? area->height - 1 : 0};
}

// Puts a finished line on the terminal, and empties it for the next one.
static void put_built(
	struct terminal *terminal, int row, struct text *line, enum style style, bool filled)
{
	terminal_put(terminal, row, 0, line->bytes ? line->bytes : "", style, filled);
	line->length = 0;
	if (line->bytes)
		line->bytes[0] = '\0';
}

enum status draw_list(struct terminal *terminal, const struct area *area, struct list *list,
	const struct table *table)
{
	if (area->height < 1)
		return STATUS_OK;
	struct area rows = list_rows(area);
	enum status status = fit_update(table, (unsigned)terminal_columns(terminal),
		terminal_is_ascii(terminal), &list->fit);
	if (status)
		return status;
	list_scroll(list, rows.height);
	struct text line = {0};
	fit_add_sorted_heading(list->fit, table, &line);
	put_built(terminal, area->row, &line, STYLE_HEADING, false);
	for (int i = 0; i < rows.height && list->top + (size_t)i < list->row_count; i++) {
		size_t position = list->top + (size_t)i;
		bool selected = position == list->cursor;
		fit_add_row(list->fit, table, list->rows[position], &line);
		put_built(terminal, rows.row + i, &line, selected ? STYLE_SELECTED : STYLE_PLAIN,
			selected);
	}
	bool failed = line.failed;
	text_deinit(&line);
	return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

// Handles a click on the heading: sorts by that column. False: the click is elsewhere.
static bool click_heading(const struct area *area, struct list *list, const struct table *table,
	const struct input *input)
{
	bool is_click = input->kind == INPUT_CLICK || input->kind == INPUT_DOUBLE_CLICK;
	if (!is_click || input->row != area->row || !list->fit)
		return false;
	size_t column = fit_column_at(list->fit, (unsigned)input->column);
	if (column >= table->column_count)
		return false;
	list_sort_by(list, table, column);
	return true;
}

enum status draw_list_input(const struct area *area, struct list *list, struct table *table,
	const struct input *input, enum list_answer *ret)
{
	struct area rows = list_rows(area);
	if (click_heading(area, list, table, input))
		*ret = LIST_SORTED;
	else
		*ret = list_input(list, table, input, rows.row, rows.height);
	bool is_old = *ret == LIST_CHANGED || *ret == LIST_SORTED;
	return is_old ? list_update(list, table) : STATUS_OK;
}

static size_t count_lines(const char *lines)
{
	size_t count = 0;
	for (; *lines; lines++)
		count += *lines == '\n';
	return count;
}

static const char *skip_lines(const char *lines, size_t count)
{
	for (; count; count--) {
		const char *end = strchr(lines, '\n');
		if (!end)
			return "";
		lines = end + 1;
	}
	return lines;
}

void draw_lines(struct terminal *terminal, const struct area *area, const char *lines, size_t *top)
{
	size_t count = count_lines(lines);
	size_t height = area->height > 0 ? (size_t)area->height : 0;
	size_t furthest = count > height ? count - height : 0;
	if (*top > furthest)
		*top = furthest;
	lines = skip_lines(lines, *top);
	struct text line = {0};
	for (size_t i = 0; i < height && *lines; i++) {
		text_add_bytes(&line, lines, strcspn(lines, "\n"));
		put_built(terminal, area->row + (int)i, &line, STYLE_PLAIN, false);
		lines = skip_lines(lines, 1);
	}
	text_deinit(&line);
}

static void scroll_back(size_t *top, int lines)
{
	size_t count = lines > 0 ? (size_t)lines : 0;
	*top -= *top < count ? *top : count;
}

bool draw_scroll(size_t *top, const struct input *input, int height)
{
	int page = height > 1 ? height - 1 : 1;
	switch (input->kind) {
	case INPUT_UP:
	case INPUT_WHEEL_UP:
		scroll_back(top, 1);
		return true;
	case INPUT_DOWN:
	case INPUT_WHEEL_DOWN:
		*top += 1;
		return true;
	case INPUT_PAGE_UP:
		scroll_back(top, page);
		return true;
	case INPUT_PAGE_DOWN:
		*top += (size_t)page;
		return true;
	case INPUT_HOME:
		*top = 0;
		return true;
	case INPUT_END:
		*top = SIZE_MAX / 2;
		return true;
	default:
		return false;
	}
}

void draw_footer(struct terminal *terminal, const struct list *list, const struct table *table,
	const struct footer *footer)
{
	struct text line = {0};
	int row = terminal_rows(terminal) - 1, column = 0;
	if (list->filter || list->is_filtering) {
		text_add_format(&line, "/%s%s  (%zu of %zu)", list->filter ? list->filter : "",
			list->is_filtering ? "_" : "", list->row_count, table->row_count);
		column = line.failed ? 0 : (int)utf8_width(line.bytes) + 3;
		put_built(terminal, row, &line, STYLE_STRONG, false);
	}
	terminal_put(terminal, row, column, footer->message, footer->style, false);
	text_deinit(&line);
}

void draw_order(const struct list *list, const struct table *table, struct error *ret)
{
	error_set(ret, STATUS_OK, "sorted by %s, %s first",
		column_name(&table->columns[list->sort_column]),
		list->sort_descending ? "largest" : "smallest");
}
