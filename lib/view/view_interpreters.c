// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTERPRETER, OBJECTS, OBJECTS_CHANGE, BYTES, BYTES_CHANGE, SINCE_START, TRACKED, COLUMNS };

static const struct column columns[COLUMNS] = {
	[INTERPRETER] = {.title = "INTERPRETER", .name = "interpreter", .format = CELL_ID,
		.is_key = true},
	[OBJECTS] = {.title = "OBJECTS", .name = "objects", .format = CELL_COUNT},
	[OBJECTS_CHANGE] = {.title = "+/MIN", .name = "objects_per_minute", .priority = 3,
		.format = CELL_COUNT_CHANGE},
	[BYTES] = {.title = "BYTES", .name = "bytes", .priority = 1, .format = CELL_BYTES},
	[BYTES_CHANGE] = {.title = "+/MIN", .name = "bytes_per_minute", .priority = 2,
		.format = CELL_BYTES_CHANGE},
	[SINCE_START] = {.title = "SINCE START", .name = "bytes_since_start", .priority = 4,
		.format = CELL_BYTES_CHANGE},
	[TRACKED] = {.title = "TRACKED", .name = "tracked", .priority = 5, .format = CELL_COUNT},
};

enum { TYPE, TYPE_COUNT, TYPE_COUNT_CHANGE, TYPE_BYTES, TYPE_BYTES_CHANGE, TYPE_COLUMNS };

static const struct column type_columns[TYPE_COLUMNS] = {
	[TYPE] = {.title = "TYPE", .name = "type", .format = CELL_TEXT, .is_key = true},
	[TYPE_COUNT] = {.title = "COUNT", .name = "count", .format = CELL_COUNT},
	[TYPE_COUNT_CHANGE] = {.title = "+/MIN", .name = "count_per_minute", .priority = 3,
		.format = CELL_COUNT_CHANGE},
	[TYPE_BYTES] = {.title = "BYTES", .name = "bytes", .priority = 1, .format = CELL_BYTES},
	[TYPE_BYTES_CHANGE] = {.title = "+/MIN", .name = "bytes_per_minute", .priority = 2,
		.format = CELL_BYTES_CHANGE},
};

// The interpreter with that id if the sample has it and knows its objects; otherwise NULL.
static const struct sample_interpreter *find_interpreter(const struct sample *sample, int64_t id)
{
	for (size_t i = 0; sample && i < sample->interpreter_count; i++)
		if (sample->interpreters[i].id == id && sample->interpreters[i].has_heap)
			return &sample->interpreters[i];
	return NULL;
}

static void set_rate(struct cell *cell, uint64_t before, uint64_t after, double seconds)
{
	cell_set_rate(cell, growth_per_minute(growth_difference(before, after), seconds));
}

static enum status add_interpreter(struct table *table, const struct history *history,
	const struct sample_interpreter *interpreter)
{
	const struct subject subject = {SUBJECT_INTERPRETER, (uint64_t)interpreter->id};
	struct cell *row;
	enum status status = table_add_row_about(table, subject, &row);
	if (status)
		return status;
	cell_set_unsigned(&row[INTERPRETER], (uint64_t)interpreter->id);
	if (!interpreter->has_heap)
		return STATUS_OK;
	cell_set_unsigned(&row[OBJECTS], interpreter->objects);
	cell_set_unsigned(&row[BYTES], interpreter->bytes);
	cell_set_unsigned(&row[TRACKED], interpreter->tracked);
	const struct sample_interpreter *before =
		find_interpreter(history->previous, interpreter->id);
	if (before) {
		double seconds = history->current->seconds - history->previous->seconds;
		set_rate(&row[OBJECTS_CHANGE], before->objects, interpreter->objects, seconds);
		set_rate(&row[BYTES_CHANGE], before->bytes, interpreter->bytes, seconds);
	}
	before = find_interpreter(history->baseline, interpreter->id);
	if (before && history->baseline != history->current)
		cell_set_signed(
			&row[SINCE_START], growth_difference(before->bytes, interpreter->bytes));
	return STATUS_OK;
}

static enum status interpreters_load(
	const struct results *results, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct history *history = &results->history;
	const struct sample *sample = history->current;
	enum status status = table_create("Interpreters", columns, COLUMNS, &table);
	if (!status)
		status = table_set_note(table, view_heap_note(history));
	for (size_t i = 0; !status && sample && i < sample->interpreter_count; i++)
		status = add_interpreter(table, history, &sample->interpreters[i]);
	if (status)
		return error_set(
			err, status, "cannot list the interpreters: %s", status_text(status));
	table_sort(table, INTERPRETER, false);
	*ret = take_ptr(table);
	return STATUS_OK;
}

static bool interpreters_is_offered(const struct results *results)
{
	const struct sample *sample = results->history.current;
	return sample && sample->interpreter_count > 1;
}

// The types of the interpreter with that id; NULL: unknown.
static const struct census_interpreter *find_types(const struct sample *sample, uint64_t id)
{
	const struct census *census = sample ? sample->census : NULL;
	for (size_t i = 0; census && i < census->interpreter_count; i++)
		if (i < sample->interpreter_count && (uint64_t)sample->interpreters[i].id == id)
			return &census->interpreters[i];
	return NULL;
}

// Advances to the name, past smaller names. Both lists are sorted by name.
static const struct census_share *next_named(
	const struct sample *sample, const struct census_interpreter *own, size_t *at, const char *name)
{
	for (; *at < own->type_count; ++*at) {
		const struct census_share *share = &own->types[*at];
		int order = strcmp(sample->census->types[share->type].name, name);
		if (order >= 0)
			return order ? NULL : share;
	}
	return NULL;
}

static enum status add_type(struct table *table, const char *name,
	const struct census_share *share, struct cell **ret)
{
	enum status status = table_add_row_about(table, subject_of_type(name), ret);
	if (!status)
		status = cell_set_text(&(*ret)[TYPE], name);
	if (status)
		return status;
	cell_set_unsigned(&(*ret)[TYPE_COUNT], share->count);
	cell_set_unsigned(&(*ret)[TYPE_BYTES], share->bytes);
	return STATUS_OK;
}

static enum status add_types(struct table *table, const struct history *history, uint64_t id)
{
	static const struct census_share none = {0};
	const struct sample *now = history->current, *previous = history->previous;
	const struct census_interpreter *own = find_types(now, id);
	const struct census_interpreter *before = find_types(previous, id);
	size_t at = 0;
	enum status status = STATUS_OK;
	for (size_t i = 0; own && !status && i < own->type_count; i++) {
		const char *name = now->census->types[own->types[i].type].name;
		struct cell *row;
		status = add_type(table, name, &own->types[i], &row);
		if (status || !before)
			continue;
		double seconds = now->seconds - previous->seconds;
		const struct census_share *old = next_named(previous, before, &at, name);
		old = old ? old : &none;
		set_rate(&row[TYPE_COUNT_CHANGE], old->count, own->types[i].count, seconds);
		set_rate(&row[TYPE_BYTES_CHANGE], old->bytes, own->types[i].bytes, seconds);
	}
	return status;
}

// The interpreter's types; those that grow come first.
static enum status interpreters_open_row(
	const struct results *results, struct subject subject, struct table **ret)
{
	AUTO(table_destroyp) struct table *types = NULL;
	enum status status = table_create("Types", type_columns, TYPE_COLUMNS, &types);
	if (!status)
		status = add_types(types, &results->history, subject.id);
	if (status)
		return status;
	table_sort(types, TYPE_BYTES, true);
	table_sort(types, TYPE_BYTES_CHANGE, true);
	*ret = take_ptr(types);
	return STATUS_OK;
}

const struct view_ops interpreters_view = {
	.name = "interpreters",
	.title = "Interpreters",
	.load = interpreters_load,
	.open_row = interpreters_open_row,
	.is_offered = interpreters_is_offered,
};
