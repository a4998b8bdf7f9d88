// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "view/view.h"

enum { PART, BYTES, BYTES_CHANGE, SINCE_START, COLUMNS };

static const struct column columns[COLUMNS] = {
	[PART] = {.title = "MEMORY", .name = "memory", .format = CELL_TEXT, .is_key = true},
	[BYTES] = {.title = "BYTES", .name = "bytes", .format = CELL_BYTES},
	[BYTES_CHANGE] = {.title = "+/MIN", .name = "bytes_per_minute", .priority = 1,
		.format = CELL_BYTES_CHANGE},
	[SINCE_START] = {.title = "SINCE START", .name = "bytes_since_start", .priority = 2,
		.format = CELL_BYTES_CHANGE},
};

GUARD(struct table, table_destroy)

// Which reading of the kernel, or the walk, a figure comes from: where that failed it is not 0.
enum source { FROM_RSS, FROM_DETAILS, FROM_SPLIT, FROM_CENSUS };

struct part {
	const char *name;
	enum source source;
	size_t offset; // in struct memory_usage or struct census_totals
};

#define MEMORY(field) offsetof(struct memory_usage, field)
#define TOTAL(field) offsetof(struct census_totals, field)

static const struct part parts[] = {
	{"resident (RSS)", FROM_RSS, MEMORY(rss_bytes)},
	{"proportional share (PSS)", FROM_DETAILS, MEMORY(pss_bytes)},
	{"its own alone (USS)", FROM_DETAILS, MEMORY(uss_bytes)},
	{"swapped out", FROM_DETAILS, MEMORY(swap_bytes)},
	{"Python objects", FROM_CENSUS, TOTAL(bytes)},
	{"pymalloc arenas", FROM_CENSUS, TOTAL(pymalloc_arena_bytes)},
	{"pymalloc in use", FROM_CENSUS, TOTAL(pymalloc_used_bytes)},
	{"pymalloc free", FROM_CENSUS, TOTAL(pymalloc_free_bytes)},
	{"heap (brk)", FROM_SPLIT, MEMORY(brk_bytes)},
	{"anonymous", FROM_SPLIT, MEMORY(anonymous_bytes)},
	{"files", FROM_SPLIT, MEMORY(file_bytes)},
	{"stacks", FROM_SPLIT, MEMORY(stack_bytes)},
	{"shared", FROM_SPLIT, MEMORY(shared_bytes)},
};

static bool part_read(const struct part *part, const struct sample *sample, uint64_t *ret)
{
	if (!sample || (part->source == FROM_CENSUS && !sample->census) ||
		(part->source == FROM_DETAILS && !sample->memory.has_details) ||
		(part->source == FROM_SPLIT && !sample->memory.has_split))
		return false;
	const char *base = part->source == FROM_CENSUS ? (const char *)&sample->census->totals
							: (const char *)&sample->memory;
	*ret = *(const uint64_t *)(const void *)(base + part->offset);
	return true;
}

static enum status add_part(struct table *table, const struct part *part,
	const struct history *history, const struct sample *now)
{
	struct cell *row;
	enum status status = table_add_row(table, &row);
	if (!status)
		status = cell_set_text(&row[PART], part->name);
	uint64_t bytes, before;
	if (status || !part_read(part, now, &bytes))
		return status;
	cell_set_unsigned(&row[BYTES], bytes);
	if (part_read(part, history->previous, &before))
		cell_set_rate(&row[BYTES_CHANGE],
			growth_per_minute(growth_difference(before, bytes),
				now->seconds - history->previous->seconds));
	if (history->baseline != history->current && part_read(part, history->baseline, &before))
		cell_set_signed(&row[SINCE_START], growth_difference(before, bytes));
	return STATUS_OK;
}

static enum status memory_load(
	const struct view_input *input, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct history *history = input->history;
	const struct array *readings = &history->memory;
	struct sample reading = {0}; // before the first sample there may be a reading of RSS
	if (readings->count)
		reading.memory =
			((const struct memory_usage *)readings->items)[readings->count - 1];
	const struct sample *now = history->current;
	if (!now && readings->count)
		now = &reading;

	enum status status = table_create("Memory", columns, COLUMNS, &table);
	if (!status)
		status = table_set_note(table, view_heap_note(history));
	for (size_t i = 0; !status && i < sizeof(parts) / sizeof(*parts); i++)
		status = add_part(table, &parts[i], history, now);
	if (status)
		return error_set(err, status, "cannot list the memory: %s", status_text(status));
	table->sort_column = PART;
	*ret = take_ptr(table);
	return STATUS_OK;
}

const struct view_ops memory_view = {
	.name = "memory",
	.title = "Memory",
	.load = memory_load,
};
