// SPDX-License-Identifier: MIT
#include "view/row_history.h"

#include "analysis/history.h"
#include "base/guard.h"
#include "base/time.h"

#include <stdio.h>

enum { WHEN, TAKEN_AT, AMOUNT, BYTES, COLUMNS };

static const struct column columns[COLUMNS] = {
	[WHEN] = {.title = "SAMPLE", .name = "sample", .format = CELL_TEXT, .is_key = true},
	[TAKEN_AT] = {.title = "TAKEN AT", .name = "taken_at", .priority = 1, .format = CELL_TEXT},
	[AMOUNT] = {.title = "COUNT", .name = "count", .format = CELL_COUNT},
	[BYTES] = {.title = "BYTES", .name = "bytes", .format = CELL_BYTES},
};

static const struct census_type *find_type(const struct census *census, struct subject subject)
{
	for (size_t i = 0; i < census->type_count; i++)
		if (subject_equals(subject_of_type(census->types[i].name), subject))
			return &census->types[i];
	return NULL;
}

// Finds in another sample the container that is at the address in the current sample, if it has the
// same type: the address may have been reused.
static const struct census_container *find_container(
	const struct census *current, const struct census *census, struct subject subject)
{
	const struct census_container *now =
		current ? census_container_at(current, subject.id) : NULL;
	if (!now || now->type >= current->type_count)
		return NULL;
	return census_find_container(census, now->address, current->types[now->type].name);
}

// Reads the figures of the subject in a sample; false: the sample does not have it.
static bool read_figures(const struct history *history, struct subject subject,
	const struct census *census, uint64_t *amount, uint64_t *bytes)
{
	if (subject.kind == SUBJECT_TYPE) {
		const struct census_type *type = find_type(census, subject);
		*amount = type ? type->count : 0;
		*bytes = type ? type->bytes : 0;
		return type;
	}
	const struct census_container *container =
		find_container(history->current->census, census, subject);
	*amount = container ? container->length : 0;
	*bytes = container ? container->bytes : 0;
	return container;
}

static enum status add_row(struct table *table, const char *when, const struct history *history,
	struct subject subject, const struct sample *sample)
{
	uint64_t amount, bytes;
	struct cell *row;
	char name[48], time[TIME_TEXT_SIZE];
	if (!sample || !sample->census ||
		!read_figures(history, subject, sample->census, &amount, &bytes))
		return STATUS_OK;
	snprintf(name, sizeof(name), "%u (%s)", sample->number, when);
	enum status status = table_add_row_about(
		table, (struct subject){SUBJECT_SAMPLE, sample->number}, &row);
	if (!status)
		status = cell_set_text(&row[WHEN], name);
	if (!status)
		status = cell_set_text(&row[TAKEN_AT], time_format(sample->taken_ms, time));
	if (status)
		return status;
	cell_set_unsigned(&row[AMOUNT], amount);
	cell_set_unsigned(&row[BYTES], bytes);
	return STATUS_OK;
}

enum status row_history(
	const struct history *history, struct subject subject, struct table **ret)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct sample *baseline = history->baseline, *previous = history->previous;
	const struct sample *current = history->current;
	enum status status = table_create("Over time", columns, COLUMNS, &table);
	if (!status && baseline != current)
		status = add_row(table, "baseline", history, subject, baseline);
	if (!status && previous != baseline && previous != current)
		status = add_row(table, "previous", history, subject, previous);
	if (!status)
		status = add_row(table, "current", history, subject, current);
	if (!status)
		*ret = take_ptr(table);
	return status;
}
