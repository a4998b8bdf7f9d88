// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "view/memory_parts.h"
#include "view/view.h"

#include <assert.h>

enum { PART, BYTES, BYTES_CHANGE, SINCE_START, COLUMNS };

static const struct column columns[COLUMNS] = {
	[PART] = {.title = "MEMORY", .name = "memory", .format = CELL_TEXT, .is_key = true},
	[BYTES] = {.title = "BYTES", .name = "bytes", .format = CELL_BYTES},
	[BYTES_CHANGE] = {.title = "+/MIN", .name = "bytes_per_minute", .priority = 1,
		.format = CELL_BYTES_CHANGE},
	[SINCE_START] = {.title = "SINCE START", .name = "bytes_since_start", .priority = 2,
		.format = CELL_BYTES_CHANGE},
};

static enum status add_part(struct table *table, size_t part,
	const struct history *history, const struct sample *now)
{
	struct cell *row;
	enum status status = table_add_row_about(
		table, (struct subject){SUBJECT_FIGURE, part}, &row);
	if (!status)
		status = cell_set_text(&row[PART], memory_part_name(part));
	uint64_t bytes, before;
	if (status || !memory_part_read(part, now, &bytes))
		return status;
	assert(now);
	cell_set_unsigned(&row[BYTES], bytes);
	if (memory_part_read(part, history->previous, &before))
		cell_set_rate(&row[BYTES_CHANGE],
			growth_per_minute(growth_difference(before, bytes),
				now->seconds - history->previous->seconds));
	if (history->baseline != history->current && memory_part_read(part, history->baseline, &before))
		cell_set_signed(&row[SINCE_START], growth_difference(before, bytes));
	return STATUS_OK;
}

static enum status memory_load(const struct results *results, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct history *history = &results->history;
	// Before the first sample there may already be a reading of memory.
	const struct sample reading = {.memory = history->latest};
	const struct sample *now = history->current;
	if (!now && history->memory.count)
		now = &reading;

	enum status status = table_create("Memory", columns, COLUMNS, &table);
	if (!status)
		status = table_set_note(table, view_heap_note(history));
	for (size_t i = 0; !status && memory_part_name(i); i++)
		status = add_part(table, i, history, now);
	if (status)
		return error_set(err, status, "cannot list the memory: %s", status_text(status));
	*ret = take_ptr(table);
	return STATUS_OK;
}

const struct view_ops memory_view = {
	.name = "memory",
	.title = "Memory",
	.load = memory_load,
};
