// SPDX-License-Identifier: MIT
#include "view/view_diff.h"

#include "base/guard.h"
#include "base/text.h"
#include "view/memory_parts.h"
#include "view/view.h"

static enum status refuse(enum status status, struct error *err)
{
	return error_set(err, status, "cannot list what changed: %s", status_text(status));
}

// --- Memory ---

enum { PART, PART_BEFORE, PART_AFTER, PART_CHANGE, PART_COLUMNS };

static const struct column memory_columns[PART_COLUMNS] = {
	[PART] = {.title = "MEMORY", .name = "memory", .format = CELL_TEXT, .is_key = true},
	[PART_BEFORE] = {.title = "BEFORE", .name = "bytes_before", .priority = 1,
		.format = CELL_BYTES},
	[PART_AFTER] = {.title = "AFTER", .name = "bytes_after", .format = CELL_BYTES},
	[PART_CHANGE] = {.title = "CHANGE", .name = "bytes_delta", .format = CELL_BYTES_CHANGE},
};

static enum status add_part(struct table *table, size_t part, const struct sample *before,
	const struct sample *after)
{
	struct cell *row;
	uint64_t then = 0, now = 0;
	bool knows_then = memory_part_read(part, before, &then);
	bool knows_now = memory_part_read(part, after, &now);
	if (!knows_then && !knows_now)
		return STATUS_OK;
	enum status status = table_add_row_about(
		table, (struct subject){SUBJECT_FIGURE, part}, &row);
	if (!status)
		status = cell_set_text(&row[PART], memory_part_name(part));
	if (status)
		return status;
	if (knows_then)
		cell_set_unsigned(&row[PART_BEFORE], then);
	if (knows_now)
		cell_set_unsigned(&row[PART_AFTER], now);
	if (knows_then && knows_now)
		cell_set_signed(&row[PART_CHANGE], growth_difference(then, now));
	return STATUS_OK;
}

enum status view_diff_memory(const struct sample *before, const struct sample *after,
	struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = table_create("Memory", memory_columns, PART_COLUMNS, &table);
	for (size_t i = 0; !status && memory_part_name(i); i++)
		status = add_part(table, i, before, after);
	if (status)
		return refuse(status, err);
	*ret = take_ptr(table);
	return STATUS_OK;
}

// --- Types ---

enum { TYPE, COUNT, COUNT_DELTA, BYTES, BYTES_DELTA, BYTES_RATE, TYPE_COLUMNS };

static const struct column type_columns[TYPE_COLUMNS] = {
	[TYPE] = {.title = "TYPE", .name = "type", .format = CELL_TEXT, .is_key = true},
	[COUNT] = {.title = "COUNT", .name = "count", .priority = 2, .format = CELL_COUNT},
	[COUNT_DELTA] = {.title = "CHANGE", .name = "count_delta", .format = CELL_COUNT_CHANGE},
	[BYTES] = {.title = "BYTES", .name = "bytes", .priority = 1, .format = CELL_BYTES},
	[BYTES_DELTA] = {.title = "CHANGE", .name = "bytes_delta", .format = CELL_BYTES_CHANGE},
	[BYTES_RATE] = {.title = "+/MIN", .name = "bytes_per_minute", .priority = 3,
		.format = CELL_BYTES_CHANGE},
};

static enum status add_type(struct table *table, const struct growth_type *type)
{
	struct cell *row;
	enum status status = table_add_row_about(table, subject_of_type(type->name), &row);
	if (!status)
		status = cell_set_text(&row[TYPE], type->name);
	if (status)
		return status;
	cell_set_unsigned(&row[COUNT], type->count_after);
	cell_set_signed(&row[COUNT_DELTA], type->count_delta);
	cell_set_unsigned(&row[BYTES], type->bytes_after);
	cell_set_signed(&row[BYTES_DELTA], type->bytes_delta);
	cell_set_rate(&row[BYTES_RATE], type->bytes_per_minute);
	return STATUS_OK;
}

static enum status note_unchanged(struct table *table, size_t count)
{
	char figure[TEXT_FIGURE_SIZE];
	struct text text = {0};
	if (!count)
		return STATUS_OK;
	text_add_format(&text, "%s %s did not change %s left out", text_count(figure, count),
		count == 1 ? "type that" : "types that", count == 1 ? "is" : "are");
	AUTO(freep) char *note = text_take(&text);
	return note ? table_set_note(table, note) : STATUS_NO_MEMORY;
}

enum status view_diff_types(const struct growth *growth, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	size_t unchanged = 0;
	enum status status = table_create("Memory by type", type_columns, TYPE_COLUMNS, &table);
	for (size_t i = 0; !status && i < growth->type_count; i++) {
		const struct growth_type *type = &growth->types[i];
		if (type->count_delta || type->bytes_delta)
			status = add_type(table, type);
		else
			unchanged++;
	}
	if (!status)
		status = note_unchanged(table, unchanged);
	if (status)
		return refuse(status, err);
	*ret = take_ptr(table);
	return STATUS_OK;
}

// --- Containers ---

enum { PATH, CONTAINER_TYPE, LENGTH, LENGTH_DELTA, LENGTH_RATE, CONTAINER_COLUMNS };

static const struct column container_columns[CONTAINER_COLUMNS] = {
	[PATH] = {.title = "PATH", .name = "path", .format = CELL_TEXT, .is_key = true},
	[CONTAINER_TYPE] = {.title = "TYPE", .name = "type", .priority = 2, .format = CELL_TEXT},
	[LENGTH] = {.title = "LENGTH", .name = "length", .format = CELL_COUNT},
	[LENGTH_DELTA] = {.title = "CHANGE", .name = "length_delta", .format = CELL_COUNT_CHANGE},
	[LENGTH_RATE] = {.title = "+/MIN", .name = "length_per_minute", .priority = 1,
		.format = CELL_COUNT_CHANGE},
};

static enum status add_container(struct table *table, const struct growth_container *grown,
	const struct census *census)
{
	const struct census_container *container = &census->containers[grown->after];
	const struct subject subject = {SUBJECT_CONTAINER, container->address};
	struct cell *row;
	enum status status = table_add_row_about(table, subject, &row);
	if (!status)
		status = view_set_container(&row[PATH], container, grown->type);
	if (!status)
		status = cell_set_text(&row[CONTAINER_TYPE], grown->type);
	if (status)
		return status;
	cell_set_unsigned(&row[LENGTH], grown->length_after);
	cell_set_signed(&row[LENGTH_DELTA], grown->length_delta);
	cell_set_rate(&row[LENGTH_RATE], grown->length_per_minute);
	return STATUS_OK;
}

// Notes that containers too short to be recorded count with the greatest length that they can have
// had.
static enum status note_short(struct table *table, uint64_t least_length)
{
	char figure[TEXT_FIGURE_SIZE];
	struct text text = {0};
	if (!least_length)
		return STATUS_OK;
	text_add_format(&text, "a container of up to %s entries before is taken for one of %s",
		text_count(figure, least_length), figure);
	AUTO(freep) char *note = text_take(&text);
	return note ? table_set_note(table, note) : STATUS_NO_MEMORY;
}

enum status view_diff_containers(const struct growth *growth, const struct sample *before,
	const struct sample *after, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status =
		table_create("Containers", container_columns, CONTAINER_COLUMNS, &table);
	for (size_t i = 0; !status && i < growth->container_count; i++)
		status = add_container(table, &growth->containers[i], after->census);
	if (!status)
		status = note_short(table, before->census->least_length);
	if (status)
		return refuse(status, err);
	*ret = take_ptr(table);
	return STATUS_OK;
}
