// SPDX-License-Identifier: MIT
#include "tui/list.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
	WHEEL_LINES = 3,
	FILTER_MAX = 64, // bytes
};

void list_deinit(struct list *list)
{
	if (!list)
		return;
	free(list->rows);
	fit_destroy(list->fit);
	free(list->filter);
	*list = (struct list){0};
}

// ASCII letters match in upper and lower case; other characters only exactly.
static bool row_matches(const struct table *table, size_t row, const char *filter)
{
	for (size_t i = 0; i < table->column_count; i++) {
		char buffer[CELL_BUFFER_SIZE];
		enum cell_format format = table->columns[i].format;
		if (format != CELL_TEXT && format != CELL_ID)
			continue;
		const char *shown =
			cell_format(&table->columns[i], table_cell(table, row, i), buffer);
		if (strcasestr(shown, filter))
			return true;
	}
	return false;
}

static void select_rows(struct list *list, const struct table *table)
{
	list->row_count = 0;
	for (size_t row = 0; row < table->row_count; row++)
		if (!list->filter || row_matches(table, row, list->filter))
			list->rows[list->row_count++] = row;
}

// Moves the cursor to the row that it was on; if that row is gone, the cursor keeps its line.
static void find_cursor(struct list *list, const struct table *table)
{
	for (size_t i = 0; i < list->row_count; i++)
		if (subject_equals(table->subjects[list->rows[i]], list->followed)) {
			list->cursor = i;
			return;
		}
	if (list->cursor >= list->row_count)
		list->cursor = list->row_count ? list->row_count - 1 : 0;
}

enum status list_update(struct list *list, struct table *table)
{
	size_t *rows = realloc(list->rows, (table->row_count + 1) * sizeof(*rows));
	if (!rows)
		return STATUS_NO_MEMORY;
	list->rows = rows;
	if (list->is_sorted && list->sort_column < table->column_count)
		table_sort(table, list->sort_column, list->sort_descending);
	select_rows(list, table);
	find_cursor(list, table);
	return STATUS_OK;
}

bool list_row(const struct list *list, size_t *ret)
{
	if (!list->row_count)
		return false;
	*ret = list->rows[list->cursor];
	return true;
}

// Remembers the row under the cursor. At the top the cursor stays at the top and does not follow
// the row: a user who has not moved it wants to see the largest row.
static void note_cursor(struct list *list, const struct table *table)
{
	list->followed = (struct subject){SUBJECT_NONE, 0};
	if (list->cursor && list->row_count)
		list->followed = table->subjects[list->rows[list->cursor]];
}

static enum list_answer move_to(struct list *list, const struct table *table, size_t position)
{
	size_t last = list->row_count ? list->row_count - 1 : 0;
	list->cursor = position < last ? position : last;
	note_cursor(list, table);
	return LIST_MOVED;
}

static enum list_answer move_by(struct list *list, const struct table *table, int64_t lines)
{
	int64_t position = (int64_t)list->cursor + lines;
	return move_to(list, table, position < 0 ? 0 : (size_t)position);
}

// The column by which the rows are sorted; column_count: none.
static size_t sorted_column(const struct list *list, const struct table *table)
{
	return list->is_sorted ? list->sort_column : table->sort_column;
}

void list_sort_by(struct list *list, const struct table *table, size_t column)
{
	bool again = sorted_column(list, table) == column;
	bool descending = list->is_sorted ? list->sort_descending : table->sort_descending;
	// The largest numbers first; names from a to z.
	list->sort_descending = again ? !descending : table->columns[column].format != CELL_TEXT;
	list->sort_column = column;
	list->is_sorted = true;
}

static void sort_by_next(struct list *list, const struct table *table)
{
	size_t next = sorted_column(list, table) + 1;
	list->is_sorted = true;
	list->sort_column = next < table->column_count ? next : 0;
	list->sort_descending = table->columns[list->sort_column].format != CELL_TEXT;
}

static void turn_round(struct list *list, const struct table *table)
{
	size_t column = sorted_column(list, table);
	list_sort_by(list, table, column < table->column_count ? column : 0);
}

static enum list_answer click(struct list *list, const struct table *table,
	const struct input *input, int first_line, int height)
{
	if (input->row < first_line || input->row >= first_line + height)
		return LIST_PASSED;
	size_t position = list->top + (size_t)(input->row - first_line);
	if (position >= list->row_count)
		return LIST_PASSED;
	bool opens = position == list->cursor || input->kind == INPUT_DOUBLE_CLICK;
	move_to(list, table, position);
	return opens ? LIST_OPENED : LIST_MOVED;
}

static enum list_answer character_input(
	struct list *list, const struct table *table, uint32_t character)
{
	switch (character) {
	case 's':
		sort_by_next(list, table);
		return LIST_SORTED;
	case 'r':
		turn_round(list, table);
		return LIST_SORTED;
	case '/':
		list->is_filtering = true;
		return LIST_MOVED;
	case 'k':
		return move_by(list, table, -1);
	case 'j':
		return move_by(list, table, 1);
	default:
		return LIST_PASSED;
	}
}

// Adds a character to the filter.
static enum list_answer extend_filter(struct list *list, uint32_t character)
{
	struct text text = {0};
	if (list->filter)
		text_add(&text, list->filter);
	char bytes[UTF8_SIZE_MAX];
	if (text.length < FILTER_MAX && character >= ' ' && utf8_is_encodable(character))
		text_add_foreign(&text, bytes, utf8_encode(character, bytes));
	char *filter = text_take(&text);
	if (!filter)
		return LIST_MOVED;
	free(list->filter);
	list->filter = filter;
	return LIST_CHANGED;
}

static enum list_answer clear_filter(struct list *list)
{
	free(list->filter);
	list->filter = NULL;
	list->is_filtering = false;
	return LIST_CHANGED;
}

// Removes a character from the filter; removes the filter when it is empty.
static enum list_answer shorten_filter(struct list *list)
{
	size_t length = list->filter ? strlen(list->filter) : 0;
	if (!length)
		return clear_filter(list);
	list->filter[utf8_cut(list->filter, length - 1)] = '\0';
	return LIST_CHANGED;
}

static enum list_answer filter_input(struct list *list, const struct input *input)
{
	switch (input->kind) {
	case INPUT_CHARACTER:
		return extend_filter(list, input->character);
	case INPUT_BACK:
		return shorten_filter(list);
	case INPUT_ESCAPE:
		return clear_filter(list);
	case INPUT_ENTER:
		list->is_filtering = false;
		if (list->filter && !list->filter[0])
			return clear_filter(list);
		return LIST_MOVED;
	default:
		return LIST_PASSED;
	}
}

enum list_answer list_input(struct list *list, const struct table *table,
	const struct input *input, int first_line, int height)
{
	if (list->is_filtering) {
		enum list_answer answer = filter_input(list, input);
		if (answer != LIST_PASSED)
			return answer;
	}
	int page = height > 1 ? height - 1 : 1;
	switch (input->kind) {
	case INPUT_UP:
		return move_by(list, table, -1);
	case INPUT_DOWN:
		return move_by(list, table, 1);
	case INPUT_PAGE_UP:
		return move_by(list, table, -page);
	case INPUT_PAGE_DOWN:
		return move_by(list, table, page);
	case INPUT_WHEEL_UP:
		return move_by(list, table, -WHEEL_LINES);
	case INPUT_WHEEL_DOWN:
		return move_by(list, table, WHEEL_LINES);
	case INPUT_HOME:
		return move_to(list, table, 0);
	case INPUT_END:
		return move_to(list, table, SIZE_MAX);
	case INPUT_ENTER:
		return list->row_count ? LIST_OPENED : LIST_PASSED;
	case INPUT_CLICK:
	case INPUT_DOUBLE_CLICK:
		return click(list, table, input, first_line, height);
	case INPUT_ESCAPE:
		return list->filter ? clear_filter(list) : LIST_PASSED;
	case INPUT_CHARACTER:
		return character_input(list, table, input->character);
	default:
		return LIST_PASSED;
	}
}

void list_scroll(struct list *list, int height)
{
	size_t visible = height > 0 ? (size_t)height : 1;
	if (list->cursor < list->top)
		list->top = list->cursor;
	if (list->cursor >= list->top + visible)
		list->top = list->cursor - visible + 1;
	size_t furthest = list->row_count > visible ? list->row_count - visible : 0;
	if (list->top > furthest)
		list->top = furthest;
}

const char list_help[] =
	"up, down, k, j       move the cursor\n"
	"PgUp, PgDn           move by a screen\n"
	"Home, End            first and last row\n"
	"Enter                open a row\n"
	"s                    sort by the next column\n"
	"r                    sort the other way round\n"
	"/                    show only rows that contain a text\n"
	"\n"
	"The mouse works too: click on the title of a column to sort\n"
	"by it, on a row; once more on the row to open it.\n";
