// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "view/row_history.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

enum { TYPE, COUNT, COUNT_CHANGE, BYTES, BYTES_CHANGE, SINCE_START, TREND, COLUMNS };

static const struct column columns[COLUMNS] = {
	[TYPE] = {.title = "TYPE", .name = "type", .format = CELL_TEXT, .is_key = true},
	[COUNT] = {.title = "COUNT", .name = "count", .format = CELL_COUNT},
	[COUNT_CHANGE] = {.title = "+/MIN", .name = "count_per_minute", .priority = 3,
		.format = CELL_COUNT_CHANGE},
	[BYTES] = {.title = "BYTES", .name = "bytes", .priority = 1, .format = CELL_BYTES},
	[BYTES_CHANGE] = {.title = "+/MIN", .name = "bytes_per_minute", .priority = 2,
		.format = CELL_BYTES_CHANGE},
	[SINCE_START] = {.title = "SINCE START", .name = "bytes_since_start", .priority = 4,
		.format = CELL_BYTES_CHANGE},
	[TREND] = {.title = "TREND", .name = "trend", .priority = 5, .format = CELL_SERIES},
};

static int compare_growth_name(const void *left, const void *right)
{
	const struct growth_type *const *a = left, *const *b = right;
	return strcmp((*a)->name, (*b)->name);
}

// The types of a growth sorted by name. The caller frees *ret; NULL if growth is NULL.
static enum status sort_by_name(const struct growth *growth, const struct growth_type ***ret)
{
	*ret = NULL;
	if (!growth)
		return STATUS_OK;
	const struct growth_type **types = calloc(growth->type_count + 1, sizeof(*types));
	if (!types)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < growth->type_count; i++)
		types[i] = &growth->types[i];
	qsort(types, growth->type_count, sizeof(*types), compare_growth_name);
	*ret = types;
	return STATUS_OK;
}

// Advances to the name, past smaller names, which the current census does not have.
static const struct growth_type *next_named(const struct growth_type ***at, const char *name)
{
	if (!*at)
		return NULL;
	while (**at && strcmp((**at)->name, name) < 0)
		++*at;
	return **at && !strcmp((**at)->name, name) ? **at : NULL;
}

static enum status set_trend(
	struct cell *cell, const struct type_series *series, const char *name)
{
	const struct type_counts *item = type_series_find(series, name);
	if (!item || series->length < 2)
		return STATUS_OK;
	double values[TYPE_SERIES_LENGTH];
	for (size_t i = 0; i < series->length; i++)
		values[i] = (double)item->counts[i];
	return cell_set_series(cell, values, series->length);
}

static enum status add_type(struct table *table, const struct history *history,
	const struct census_type *type, const struct growth_type *since_previous,
	const struct growth_type *since_baseline)
{
	struct cell *row;
	enum status status = table_add_row_about(table, subject_of_type(type->name), &row);
	if (!status)
		status = cell_set_text(&row[TYPE], type->name);
	if (!status)
		status = set_trend(&row[TREND], &history->types, type->name);
	if (status)
		return status;
	cell_set_unsigned(&row[COUNT], type->count);
	cell_set_unsigned(&row[BYTES], type->bytes);
	if (since_previous) {
		cell_set_rate(&row[COUNT_CHANGE], since_previous->count_per_minute);
		cell_set_rate(&row[BYTES_CHANGE], since_previous->bytes_per_minute);
	}
	if (since_baseline)
		cell_set_signed(&row[SINCE_START], since_baseline->bytes_delta);
	return STATUS_OK;
}

static enum status add_types(struct table *table, const struct results *results)
{
	const struct census *census = results->history.current->census;
	AUTO(freep) const struct growth_type **previous = NULL;
	AUTO(freep) const struct growth_type **baseline = NULL;
	enum status status = sort_by_name(results->since_previous, &previous);
	if (!status)
		status = sort_by_name(results->since_baseline, &baseline);
	const struct growth_type **next_previous = previous, **next_baseline = baseline;
	for (size_t i = 0; !status && i < census->type_count; i++) {
		const char *name = census->types[i].name;
		status = add_type(table, &results->history, &census->types[i],
			next_named(&next_previous, name), next_named(&next_baseline, name));
	}
	return status;
}

static bool has_growth(const struct growth *growth)
{
	return growth && growth->type_count && growth->types[0].bytes_delta > 0;
}

static enum status types_load(const struct results *results, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct sample *sample = results->history.current;
	enum status status = table_create("Memory by type", columns, COLUMNS, &table);
	if (!status)
		status = table_set_note(table, view_heap_note(&results->history));
	if (!status && sample && sample->census)
		status = add_types(table, results);
	if (status)
		return error_set(err, status, "cannot list the types: %s", status_text(status));
	table_sort(table, BYTES, true);
	if (has_growth(results->since_baseline))
		table_sort(table, SINCE_START, true);
	*ret = take_ptr(table);
	return STATUS_OK;
}

static enum status types_open_row(
	const struct results *results, struct subject subject, struct table **ret)
{
	return row_history(&results->history, subject, ret);
}

const struct view_ops types_view = {
	.name = "types",
	.title = "Types",
	.load = types_load,
	.open_row = types_open_row,
};
