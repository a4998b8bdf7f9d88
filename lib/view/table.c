// SPDX-License-Identifier: MIT
#include "view/table.h"

#include "base/guard.h"
#include "base/text.h"
#include "result/command.h"
#include "view/line.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status table_create(const char *title, const struct column *columns, size_t column_count,
	struct table **ret)
{
	assert(column_count);
	struct table *table = calloc(1, sizeof(*table));
	if (!table)
		return STATUS_NO_MEMORY;
	table->title = title;
	table->columns = columns;
	table->column_count = table->sort_column = column_count;
	*ret = table;
	return STATUS_OK;
}

static void cell_deinit(const struct column *column, struct cell *cell)
{
	if (cell->is_empty)
		return;
	if (column->format == CELL_TEXT)
		free(cell->text);
	else if (column->format == CELL_SERIES)
		free(cell->series.values);
}

void table_destroy(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->row_count * table->column_count; i++)
		cell_deinit(&table->columns[i % table->column_count], &table->cells[i]);
	free(table->cells);
	free(table->subjects);
	free(table->note);
	free(table);
}

static enum status table_grow(struct table *table)
{
	size_t capacity = table->row_capacity ? 2 * table->row_capacity : 16, bytes;
	if (__builtin_mul_overflow(capacity, table->column_count * sizeof(*table->cells), &bytes))
		return STATUS_NO_MEMORY;
	struct cell *cells = realloc(table->cells, bytes);
	if (!cells)
		return STATUS_NO_MEMORY;
	table->cells = cells;
	struct subject *subjects = realloc(table->subjects, capacity * sizeof(*subjects));
	if (!subjects)
		return STATUS_NO_MEMORY;
	table->subjects = subjects;
	table->row_capacity = capacity;
	return STATUS_OK;
}

enum status table_add_row_about(struct table *table, struct subject subject, struct cell **ret)
{
	if (table->row_count == table->row_capacity) {
		enum status status = table_grow(table);
		if (status)
			return status;
	}
	table->subjects[table->row_count] = subject;
	struct cell *row = table->cells + table->row_count++ * table->column_count;
	for (size_t i = 0; i < table->column_count; i++)
		row[i] = (struct cell){.is_empty = true};
	*ret = row;
	return STATUS_OK;
}

enum status table_add_row(struct table *table, struct cell **ret)
{
	return table_add_row_about(table, (struct subject){SUBJECT_NONE, 0}, ret);
}

bool table_find_row(const struct table *table, struct subject subject, size_t *ret)
{
	for (size_t row = 0; row < table->row_count; row++)
		if (subject_equals(table->subjects[row], subject)) {
			*ret = row;
			return true;
		}
	return false;
}

enum status table_set_note(struct table *table, const char *note)
{
	char *copy = note ? strdup(note) : NULL;
	if (note && !copy)
		return STATUS_NO_MEMORY;
	free(table->note);
	table->note = copy;
	return STATUS_OK;
}

enum status cell_set_text(struct cell *cell, const char *text)
{
	struct text safe = {0};
	text_add_foreign(&safe, text, strlen(text));
	char *copy = text_take(&safe);
	if (!copy)
		return STATUS_NO_MEMORY;
	if (!cell->is_empty)
		free(cell->text);
	*cell = (struct cell){.text = copy};
	return STATUS_OK;
}

enum status cell_set_series(struct cell *cell, const double *values, size_t count)
{
	double *copy = malloc((count ? count : 1) * sizeof(*copy));
	if (!copy)
		return STATUS_NO_MEMORY;
	if (count)
		memcpy(copy, values, count * sizeof(*copy));
	if (!cell->is_empty)
		free(cell->series.values);
	*cell = (struct cell){.series = {.values = copy, .count = count}};
	return STATUS_OK;
}

void cell_set_unsigned(struct cell *cell, uint64_t value)
{
	*cell = (struct cell){.unsigned_value = value};
}

void cell_set_signed(struct cell *cell, int64_t value)
{
	*cell = (struct cell){.signed_value = value};
}

void cell_set_rate(struct cell *cell, double value)
{
	static const double limit = 9.2e18; // below INT64_MAX
	double bounded = isnan(value) ? 0 : fmax(-limit, fmin(limit, value));
	cell_set_signed(cell, (int64_t)round(bounded));
}

// Series are compared by their growth from the first value to the last.
static double series_growth(const struct cell *cell)
{
	size_t count = cell->series.count;
	return count ? cell->series.values[count - 1] - cell->series.values[0] : 0;
}

static int compare_cells(
	const struct column *column, const struct cell *left, const struct cell *right)
{
	switch (column->format) {
	case CELL_TEXT:
		return strcmp(cell_format(column, left, NULL), cell_format(column, right, NULL));
	case CELL_COUNT_CHANGE:
	case CELL_BYTES_CHANGE:
		return (left->signed_value > right->signed_value) -
			(left->signed_value < right->signed_value);
	case CELL_SERIES:
		return (series_growth(left) > series_growth(right)) -
			(series_growth(left) < series_growth(right));
	default:
		return (left->unsigned_value > right->unsigned_value) -
			(left->unsigned_value < right->unsigned_value);
	}
}

// Whether the left row may come before the right one; true for equal rows.
static bool in_order(const struct table *table, size_t left_row, size_t right_row)
{
	size_t sort = table->sort_column;
	const struct cell *left = table_cell(table, left_row, sort);
	const struct cell *right = table_cell(table, right_row, sort);
	if (left->is_empty || right->is_empty)
		return right->is_empty;
	int order = compare_cells(&table->columns[sort], left, right);
	return table->sort_descending ? order >= 0 : order <= 0;
}

// Merges the sorted runs [0, middle) and [middle, count) of row numbers into out.
static void merge_rows(const struct table *table, const size_t *rows, size_t middle, size_t count,
	size_t *out)
{
	for (size_t left = 0, right = middle; left < middle || right < count; out++) {
		bool take_left = right == count ||
			(left < middle && in_order(table, rows[left], rows[right]));
		*out = rows[take_left ? left++ : right++];
	}
}

// Sorts row numbers by merging, bottom up: stable and without recursion. Returns the array of the
// two that has the result.
static const size_t *order_rows(const struct table *table, size_t *rows, size_t *spare)
{
	size_t count = table->row_count;
	for (size_t i = 0; i < count; i++)
		rows[i] = i;
	for (size_t run = 1; run < count; run *= 2) {
		for (size_t start = 0; start < count; start += 2 * run) {
			size_t rest = count - start;
			merge_rows(table, rows + start, run < rest ? run : rest,
				2 * run < rest ? 2 * run : rest, spare + start);
		}
		size_t *sorted = spare;
		spare = rows;
		rows = sorted;
	}
	return rows;
}

// Takes over new arrays of the same capacity and moves the rows to them in their new order.
static void move_rows(struct table *table, const size_t *order, struct cell *cells,
	struct subject *subjects)
{
	size_t width = table->column_count;
	for (size_t i = 0; i < table->row_count; i++) {
		memcpy(cells + i * width, table->cells + order[i] * width, width * sizeof(*cells));
		subjects[i] = table->subjects[order[i]];
	}
	free(table->cells);
	free(table->subjects);
	table->cells = cells;
	table->subjects = subjects;
}

void table_sort(struct table *table, size_t column, bool descending)
{
	assert(column < table->column_count);
	table->sort_column = column;
	table->sort_descending = descending;
	size_t count = table->row_count, capacity = table->row_capacity;
	if (count < 2)
		return;
	AUTO(freep) size_t *rows = malloc(2 * count * sizeof(*rows));
	AUTO(freep) struct cell *cells = malloc(capacity * table->column_count * sizeof(*cells));
	AUTO(freep) struct subject *subjects = malloc(capacity * sizeof(*subjects));
	if (rows && cells && subjects)
		move_rows(table, order_rows(table, rows, rows + count), take_ptr(cells),
			take_ptr(subjects));
}

const char *cell_format(const struct column *column, const struct cell *cell, char *buffer)
{
	if (cell->is_empty)
		return "";
	switch (column->format) {
	case CELL_TEXT:
		return column->is_command ? command_without_directories(cell->text) : cell->text;
	case CELL_ID:
		snprintf(buffer, CELL_BUFFER_SIZE, "%llu",
			(unsigned long long)cell->unsigned_value);
		return buffer;
	case CELL_COUNT:
		return text_count(buffer, cell->unsigned_value);
	case CELL_COUNT_CHANGE:
		return text_count_change(buffer, cell->signed_value);
	case CELL_BYTES:
		return text_bytes(buffer, cell->unsigned_value);
	case CELL_BYTES_CHANGE:
		return text_bytes_change(buffer, cell->signed_value);
	case CELL_SERIES:
		return line_of_series(
			cell->series.values, cell->series.count, buffer, CELL_BUFFER_SIZE);
	}
	return "";
}
