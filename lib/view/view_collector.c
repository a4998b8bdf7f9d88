// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/text.h"
#include "view/view.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	GENERATION,
	OBJECTS,
	COUNT,
	THRESHOLD,
	COLLECTIONS,
	COLLECTED,
	UNCOLLECTABLE,
	INTERPRETER,
	COLUMNS
};

static const struct column columns[COLUMNS] = {
	[GENERATION] = {.title = "GENERATION", .name = "generation", .format = CELL_TEXT,
		.is_key = true},
	[OBJECTS] = {.title = "OBJECTS", .name = "objects", .format = CELL_COUNT},
	[COUNT] = {.title = "COUNT", .name = "count", .priority = 2, .format = CELL_COUNT},
	[THRESHOLD] = {.title = "THRESHOLD", .name = "threshold", .priority = 3,
		.format = CELL_COUNT},
	[COLLECTIONS] = {.title = "COLLECTIONS", .name = "collections", .priority = 1,
		.format = CELL_COUNT},
	[COLLECTED] = {.title = "COLLECTED", .name = "collected", .priority = 4,
		.format = CELL_COUNT},
	[UNCOLLECTABLE] = {.title = "UNCOLLECTABLE", .name = "uncollectable", .priority = 5,
		.format = CELL_COUNT},
	[INTERPRETER] = {.title = "INTERPRETER", .name = "interpreter", .priority = 6,
		.format = CELL_ID},
};

// The collector's figures are ints in the target; a negative one is not plausible.
static void set_int(struct cell *cell, int32_t value)
{
	if (value >= 0)
		cell_set_unsigned(cell, (uint64_t)value);
}

static enum status add_generation(
	struct table *table, const struct sample_interpreter *interpreter, unsigned index)
{
	const struct sample_generation *generation = &interpreter->generations[index];
	bool is_permanent = index + 1 == interpreter->generation_count;
	char name[16];
	snprintf(name, sizeof(name), "%u", index);
	struct cell *row;
	enum status status = table_add_row_about(
		table, subject_of_generation(interpreter->id, index), &row);
	if (!status)
		status = cell_set_text(&row[GENERATION], is_permanent ? "permanent" : name);
	if (status)
		return status;
	cell_set_unsigned(&row[OBJECTS], generation->objects);
	cell_set_unsigned(&row[INTERPRETER], (uint64_t)interpreter->id);
	if (is_permanent) // it is never collected
		return STATUS_OK;
	set_int(&row[COUNT], generation->count);
	set_int(&row[THRESHOLD], generation->threshold);
	cell_set_unsigned(&row[COLLECTIONS], generation->collections);
	cell_set_unsigned(&row[COLLECTED], generation->collected);
	cell_set_unsigned(&row[UNCOLLECTABLE], generation->uncollectable);
	return STATUS_OK;
}

static enum status add_interpreter(
	struct table *table, const struct sample_interpreter *interpreter)
{
	size_t most = sizeof(interpreter->generations) / sizeof(*interpreter->generations);
	enum status status = STATUS_OK;
	for (unsigned i = 0; !status && i < interpreter->generation_count && i < most; i++)
		status = add_generation(table, interpreter, i);
	return status;
}

// Makes the note "collector enabled, 3 objects in gc.garbage, 0 frozen", for each interpreter.
static enum status set_note(struct table *table, const struct sample *sample)
{
	struct text text = {0};
	for (size_t i = 0; i < sample->interpreter_count; i++) {
		const struct sample_interpreter *interpreter = &sample->interpreters[i];
		char garbage[TEXT_FIGURE_SIZE], frozen[TEXT_FIGURE_SIZE];
		if (!interpreter->generation_count) // the first interpreter has its collector (3.8)
			continue;
		text_add(&text, i ? "; " : "");
		if (sample->interpreter_count > 1)
			text_add_format(&text, "interpreter %" PRId64 ": ", interpreter->id);
		text_add_format(&text, "collector %s, %s in gc.garbage, %s frozen",
			interpreter->gc_enabled ? "enabled" : "disabled",
			text_count(garbage, interpreter->garbage),
			text_count(frozen, interpreter->frozen));
	}
	AUTO(freep) char *note = text_take(&text);
	return note ? table_set_note(table, note) : STATUS_NO_MEMORY;
}

static enum status collector_load(
	const struct results *results, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct sample *sample = results->history.current;
	enum status status = table_create("Collector", columns, COLUMNS, &table);
	for (size_t i = 0; !status && sample && i < sample->interpreter_count; i++)
		status = add_interpreter(table, &sample->interpreters[i]);
	if (!status && sample && sample->interpreter_count)
		status = set_note(table, sample);
	else if (!status)
		status = table_set_note(table, view_heap_note(&results->history));
	if (status)
		return error_set(err, status, "cannot list the generations: %s",
			status_text(status));
	*ret = take_ptr(table);
	return STATUS_OK;
}

const struct view_ops collector_view = {
	.name = "collector",
	.title = "Collector",
	.load = collector_load,
};
