// SPDX-License-Identifier: MIT
#include "view/row_history.h"

#include "analysis/history.h"
#include "base/guard.h"

#include <stdio.h>
#include <string.h>

enum { WHEN, TAKEN_AT, AMOUNT, BYTES, COLUMNS };

static const struct column columns[COLUMNS] = {
	[WHEN] = {.title = "SAMPLE", .name = "sample", .format = CELL_TEXT, .is_key = true},
	[TAKEN_AT] = {.title = "TAKEN AT", .name = "taken_at", .priority = 1, .format = CELL_TEXT},
	[AMOUNT] = {.title = "COUNT", .name = "count", .format = CELL_COUNT},
	[BYTES] = {.title = "BYTES", .name = "bytes", .format = CELL_BYTES},
};

GUARD(struct table, table_destroy)

// What is looked up: a type, or a container of that type.
struct subject {
	const char *type;
	const struct census_container *container; // of the current sample; NULL for a type
};

static const struct census_type *find_type(const struct census *census, const char *name)
{
	size_t low = 0, high = census->type_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(census->types[middle].name, name);
		if (!order)
			return &census->types[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

// The figures of the subject in a sample; false where it is not in it.
static bool read_figures(const struct subject *subject, const struct sample *sample,
	uint64_t *amount, uint64_t *bytes)
{
	if (!subject->container) {
		const struct census_type *type = find_type(sample->census, subject->type);
		*amount = type ? type->count : 0;
		*bytes = type ? type->bytes : 0;
		return type;
	}
	const struct census_container *container = census_find_container(
		sample->census, subject->container->address, subject->type);
	*amount = container ? container->length : 0;
	*bytes = container ? container->bytes : 0;
	return container;
}

static enum status add_row(struct table *table, const char *when, const struct subject *subject,
	const struct sample *sample)
{
	uint64_t amount, bytes;
	struct cell *row;
	char name[48];
	if (!sample || !sample->census || !read_figures(subject, sample, &amount, &bytes))
		return STATUS_OK;
	snprintf(name, sizeof(name), "%u (%s)", sample->number, when);
	enum status status = table_add_row(table, &row);
	if (!status)
		status = cell_set_text(&row[WHEN], name);
	if (!status)
		status = cell_set_text(&row[TAKEN_AT], sample->taken_at);
	if (status)
		return status;
	cell_set_unsigned(&row[AMOUNT], amount);
	cell_set_unsigned(&row[BYTES], bytes);
	return STATUS_OK;
}

static enum status make_table(
	const struct history *history, const struct subject *subject, struct table **ret)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = table_create("Over time", columns, COLUMNS, &table);
	if (!status && history->baseline != history->current)
		status = add_row(table, "baseline", subject, history->baseline);
	if (!status && history->previous != history->baseline && history->previous != history->current)
		status = add_row(table, "previous", subject, history->previous);
	if (!status)
		status = add_row(table, "current", subject, history->current);
	if (!status)
		*ret = take_ptr(table);
	return status;
}

enum status row_history_of_type(
	const struct history *history, const char *type, struct table **ret)
{
	const struct subject subject = {.type = type};
	return make_table(history, &subject, ret);
}

static const struct census_container *find_named(
	const struct census *census, const char *path, const char *type)
{
	for (size_t i = 0; i < census->container_count; i++) {
		const struct census_container *container = &census->containers[i];
		if (container->path && container->type < census->type_count &&
			!strcmp(container->path, path) &&
			!strcmp(census->types[container->type].name, type))
			return container;
	}
	return NULL;
}

enum status row_history_of_container(
	const struct history *history, const char *path, const char *type, struct table **ret)
{
	const struct census *census = history->current ? history->current->census : NULL;
	const struct subject subject = {
		.type = type, .container = census ? find_named(census, path, type) : NULL};
	if (subject.container)
		return make_table(history, &subject, ret);
	return table_create("Over time", columns, COLUMNS, ret);
}
