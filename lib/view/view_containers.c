// SPDX-License-Identifier: MIT
#include "analysis/shortlist.h"
#include "base/guard.h"
#include "base/text.h"
#include "view/row_history.h"
#include "view/view.h"

#include <stdlib.h>

enum { PATH, TYPE, LENGTH, LENGTH_CHANGE, BYTES, SINCE_START, COLUMNS };

static const struct column columns[COLUMNS] = {
	[PATH] = {.title = "PATH", .name = "path", .format = CELL_TEXT, .is_key = true},
	[TYPE] = {.title = "TYPE", .name = "type", .priority = 3, .format = CELL_TEXT},
	[LENGTH] = {.title = "LENGTH", .name = "length", .format = CELL_COUNT},
	[LENGTH_CHANGE] = {.title = "+/MIN", .name = "length_per_minute", .priority = 1,
		.format = CELL_COUNT_CHANGE},
	[BYTES] = {.title = "BYTES", .name = "bytes", .priority = 2, .format = CELL_BYTES},
	[SINCE_START] = {.title = "SINCE START", .name = "length_since_start", .priority = 4,
		.format = CELL_COUNT_CHANGE},
};

static bool is_in(
	const struct sample *earlier, const struct census_container *container, const char *type)
{
	return earlier && earlier->census &&
	       census_find_container(earlier->census, container->address, type);
}

// A container without recorded growth did not change if the earlier sample has it; otherwise its
// growth is unknown.
static void set_growth(
	struct cell *row, const struct results *results, size_t position, const char *type)
{
	const struct history *history = &results->history;
	const struct census_container *container = &history->current->census->containers[position];
	const struct growth_container *grown =
		growth_find_container(results->since_previous, position);
	if (grown)
		cell_set_rate(&row[LENGTH_CHANGE], grown->length_per_minute);
	else if (results->since_previous && is_in(history->previous, container, type))
		cell_set_rate(&row[LENGTH_CHANGE], 0);
	grown = growth_find_container(results->since_baseline, position);
	if (grown)
		cell_set_signed(&row[SINCE_START], grown->length_delta);
	else if (results->since_baseline && is_in(history->baseline, container, type))
		cell_set_signed(&row[SINCE_START], 0);
}

static enum status add_container(
	struct table *table, const struct results *results, size_t position)
{
	const struct census *census = results->history.current->census;
	const struct census_container *container = &census->containers[position];
	if (container->type >= census->type_count)
		return STATUS_OK;
	const char *type = census->types[container->type].name;
	const struct subject subject = {SUBJECT_CONTAINER, container->address};
	struct cell *row;
	enum status status = table_add_row_about(table, subject, &row);
	if (!status)
		status = view_set_container(&row[PATH], container, type);
	if (!status)
		status = cell_set_text(&row[TYPE], type);
	if (status)
		return status;
	cell_set_unsigned(&row[LENGTH], container->length);
	cell_set_unsigned(&row[BYTES], container->bytes);
	set_growth(row, results, position, type);
	return STATUS_OK;
}

static enum status add_shortlist(struct table *table, const struct results *results)
{
	const struct census *census = results->history.current->census;
	AUTO(freep) size_t *shortlist = NULL;
	size_t count = 0;
	enum status status = shortlist_create(census, results->since_baseline,
		results->since_previous, SHORTLIST_MAX, &shortlist, &count);
	for (size_t i = 0; !status && i < count; i++)
		status = add_container(table, results, shortlist[i]);
	return status;
}

static enum status set_note(struct table *table, const struct results *results)
{
	const char *heap_note = view_heap_note(&results->history);
	const struct sample *sample = results->history.current;
	if (heap_note || !sample || !sample->census ||
		sample->census->container_count <= table->row_count)
		return table_set_note(table, heap_note);
	char count[TEXT_FIGURE_SIZE];
	struct text text = {0};
	text_add_format(&text, "%s more containers are neither growing nor large",
		text_count(count, sample->census->container_count - table->row_count));
	AUTO(freep) char *note = text_take(&text);
	return note ? table_set_note(table, note) : STATUS_NO_MEMORY;
}

static enum status containers_load(
	const struct results *results, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct sample *sample = results->history.current;
	enum status status = table_create("Containers", columns, COLUMNS, &table);
	if (!status && sample && sample->census)
		status = add_shortlist(table, results);
	if (!status)
		status = set_note(table, results);
	if (status)
		return error_set(err, status, "cannot list the containers: %s", status_text(status));
	// Growing containers first, then the longest ones.
	table_sort(table, LENGTH, true);
	if (results->history.baseline != results->history.current)
		table_sort(table, SINCE_START, true);
	*ret = take_ptr(table);
	return STATUS_OK;
}

static enum status containers_open_row(
	const struct results *results, struct subject subject, struct table **ret)
{
	return row_history(&results->history, subject, ret);
}

const struct view_ops containers_view = {
	.name = "containers",
	.title = "Containers",
	.load = containers_load,
	.open_row = containers_open_row,
};
