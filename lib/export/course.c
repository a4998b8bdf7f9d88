// SPDX-License-Identifier: MIT
#include "export/course.h"

#include "base/guard.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// The type with that name; a census has its types in ascending order.
static const struct census_type *find_type(const struct census *census, const char *name)
{
	assert(census);
	size_t low = 0, high = census->type_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, census->types[middle].name);
		if (!order)
			return &census->types[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static const char *type_name(const struct census *census, const struct census_container *container)
{
	return container->type < census->type_count ? census->types[container->type].name : "";
}

static void note_growth(struct course *course, const struct census *now)
{
	const struct growth *growth = course->results->since_baseline;
	for (size_t i = 0; growth && i < growth->type_count; i++) {
		const struct census_type *type = find_type(now, growth->types[i].name);
		if (type)
			course->types[type - now->types].growth = &growth->types[i];
	}
}

static const struct census *current_census(const struct course *course)
{
	const struct sample *current = course->results->history.current;
	return current ? current->census : NULL;
}

enum status course_init(struct course *course, const struct results *results)
{
	*course = (struct course){.results = results};
	const struct census *now = current_census(course);
	if (!now)
		return STATUS_OK;
	course->types = calloc(now->type_count + 1, sizeof(*course->types));
	course->containers = calloc(now->container_count + 1, sizeof(*course->containers));
	if (!course->types || !course->containers) {
		course_deinit(course);
		return STATUS_NO_MEMORY;
	}
	note_growth(course, now);
	return STATUS_OK;
}

void course_deinit(struct course *course)
{
	if (!course)
		return;
	readings_deinit(&course->readings);
	free(course->types);
	free(course->containers);
	*course = (struct course){0};
}

enum status course_add_reading(struct course *course, const struct reading *reading)
{
	return readings_add(&course->readings, *reading);
}

void course_add_point(struct course *course, const struct sample *sample)
{
	const struct census *now = current_census(course);
	if (!now || !sample->census || course->point_count >= COURSE_POINTS)
		return;
	size_t point = course->point_count++;
	for (size_t i = 0; i < now->type_count; i++) {
		const struct census_type *type = find_type(sample->census, now->types[i].name);
		course->types[i].values[point] = type ? (double)type->count : 0;
	}
	for (size_t i = 0; i < now->container_count; i++) {
		const struct census_container *container = census_find_container(sample->census,
			now->containers[i].address, type_name(now, &now->containers[i]));
		course->containers[i].values[point] = container ? (double)container->length : 0;
	}
}

// --- As tables ---

enum { NAME, COUNT, COUNT_GROWTH, BYTES, BYTES_GROWTH, BYTES_RATE, TYPE_TREND, TYPE_COLUMNS };
enum { PATH, TYPE, LENGTH, LENGTH_GROWTH, LENGTH_RATE, SIZE, LENGTH_TREND, CONTAINER_COLUMNS };

static const struct column type_columns[TYPE_COLUMNS] = {
	[NAME] = {.title = "Type", .name = "type", .format = CELL_TEXT, .is_key = true},
	[COUNT] = {.title = "Objects", .name = "count", .format = CELL_COUNT},
	[COUNT_GROWTH] = {.title = "Growth", .name = "count_growth", .format = CELL_COUNT_CHANGE},
	[BYTES] = {.title = "Bytes", .name = "bytes", .format = CELL_BYTES},
	[BYTES_GROWTH] = {.title = "Growth", .name = "bytes_growth", .format = CELL_BYTES_CHANGE},
	[BYTES_RATE] = {.title = "A minute",
		.name = "bytes_per_minute",
		.format = CELL_BYTES_CHANGE},
	[TYPE_TREND] = {.title = "Trend", .name = "trend", .format = CELL_SERIES},
};

static const struct column container_columns[CONTAINER_COLUMNS] = {
	[PATH] = {.title = "Container", .name = "path", .format = CELL_TEXT, .is_key = true},
	[TYPE] = {.title = "Type", .name = "type", .format = CELL_TEXT},
	[LENGTH] = {.title = "Length", .name = "length", .format = CELL_COUNT},
	[LENGTH_GROWTH] = {.title = "Growth", .name = "length_growth", .format = CELL_COUNT_CHANGE},
	[LENGTH_RATE] = {.title = "A minute",
		.name = "length_per_minute",
		.format = CELL_COUNT_CHANGE},
	[SIZE] = {.title = "Bytes", .name = "bytes", .format = CELL_BYTES},
	[LENGTH_TREND] = {.title = "Trend", .name = "trend", .format = CELL_SERIES},
};

// The rank of a line in its table: by growth, then by size.
struct rank {
	size_t position;
	int64_t growth;
	uint64_t size;
};

static int compare_rank(const void *left, const void *right)
{
	const struct rank *a = left, *b = right;
	if (a->growth != b->growth)
		return a->growth < b->growth ? 1 : -1;
	if (a->size != b->size)
		return a->size < b->size ? 1 : -1;
	return (a->position > b->position) - (a->position < b->position);
}

static double seconds_of_growth(const struct course *course)
{
	const struct growth *growth = course->results->since_baseline;
	return growth ? growth->seconds : 0;
}

static enum status set_trend(
	const struct course *course, struct cell *cell, const struct course_line *line)
{
	if (course->point_count < 2)
		return STATUS_OK;
	return cell_set_series(cell, line->values, course->point_count);
}

static enum status add_type(
	const struct course *course, struct table *table, const struct rank *rank)
{
	const struct census_type *type =
		&course->results->history.current->census->types[rank->position];
	const struct course_line *line = &course->types[rank->position];
	double seconds = seconds_of_growth(course);
	struct cell *row;
	enum status status = table_add_row(table, &row);
	if (!status)
		status = cell_set_text(&row[NAME], type->name);
	if (!status)
		status = set_trend(course, &row[TYPE_TREND], line);
	if (status)
		return status;
	cell_set_unsigned(&row[COUNT], type->count);
	cell_set_unsigned(&row[BYTES], type->bytes);
	if (seconds <= 0)
		return STATUS_OK;
	cell_set_signed(&row[COUNT_GROWTH], line->growth ? line->growth->count_delta : 0);
	cell_set_signed(&row[BYTES_GROWTH], rank->growth);
	cell_set_rate(&row[BYTES_RATE], growth_per_minute(rank->growth, seconds));
	return STATUS_OK;
}

static enum status add_container(
	const struct course *course, struct table *table, const struct rank *rank)
{
	const struct census *census = course->results->history.current->census;
	const struct census_container *container = &census->containers[rank->position];
	const struct course_line *line = &course->containers[rank->position];
	const char *type =
		container->type < census->type_count ? census->types[container->type].name : "?";
	double seconds = seconds_of_growth(course);
	struct cell *row;
	enum status status = table_add_row(table, &row);
	if (!status)
		status = view_set_container(&row[PATH], container, type);
	if (!status)
		status = cell_set_text(&row[TYPE], type);
	if (!status)
		status = set_trend(course, &row[LENGTH_TREND], line);
	if (status)
		return status;
	cell_set_unsigned(&row[LENGTH], container->length);
	cell_set_unsigned(&row[SIZE], container->bytes);
	if (seconds <= 0)
		return STATUS_OK;
	cell_set_signed(&row[LENGTH_GROWTH], rank->growth);
	cell_set_rate(&row[LENGTH_RATE], growth_per_minute(rank->growth, seconds));
	return STATUS_OK;
}

typedef enum status (*add_row)(
	const struct course *course, struct table *table, const struct rank *rank);

static enum status add_ranked(const struct course *course, struct table *table, struct rank *ranks,
	size_t count, size_t limit, add_row add)
{
	qsort(ranks, count, sizeof(*ranks), compare_rank);
	size_t shown = limit && count > limit ? limit : count;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < shown; i++)
		status = add(course, table, &ranks[i]);
	if (status || shown == count)
		return status;
	char note[80], figure[TEXT_FIGURE_SIZE];
	snprintf(note, sizeof(note), "%s more that grew less are left out",
		text_count(figure, count - shown));
	return table_set_note(table, note);
}

static enum status fill_types(const struct course *course, struct table *table, size_t limit)
{
	const struct census *census = course->results->history.current->census;
	AUTO(freep) struct rank *ranks = calloc(census->type_count + 1, sizeof(*ranks));
	if (!ranks)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < census->type_count; i++) {
		const struct growth_type *growth = course->types[i].growth;
		ranks[i] =
			(struct rank){i, growth ? growth->bytes_delta : 0, census->types[i].bytes};
	}
	return add_ranked(course, table, ranks, census->type_count, limit, add_type);
}

static enum status fill_containers(const struct course *course, struct table *table, size_t limit)
{
	const struct census *census = course->results->history.current->census;
	AUTO(freep) struct rank *ranks = calloc(census->container_count + 1, sizeof(*ranks));
	if (!ranks)
		return STATUS_NO_MEMORY;
	size_t count = 0;
	for (size_t i = 0; i < census->container_count; i++) {
		uint64_t length = census->containers[i].length;
		const struct growth_container *grown =
			growth_find_container(course->results->since_baseline, i);
		int64_t growth = grown ? grown->length_delta : 0;
		// Leave out containers that have no name and did not grow.
		if (census->containers[i].path || growth > 0)
			ranks[count++] = (struct rank){i, growth, length};
	}
	return add_ranked(course, table, ranks, count, limit, add_container);
}

static bool has_heap(const struct course *course)
{
	const struct sample *current = course->results->history.current;
	return current && current->census;
}

enum status course_types(
	const struct course *course, size_t limit, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = table_create("Types", type_columns, TYPE_COLUMNS, &table);
	if (!status && has_heap(course))
		status = fill_types(course, table, limit);
	if (status)
		return error_set(err, status, "cannot list the types: %s", status_text(status));
	table->sort_column = seconds_of_growth(course) > 0 ? BYTES_GROWTH : BYTES;
	table->sort_descending = true;
	*ret = take_ptr(table);
	return STATUS_OK;
}

enum status course_containers(
	const struct course *course, size_t limit, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status =
		table_create("Containers", container_columns, CONTAINER_COLUMNS, &table);
	if (!status && has_heap(course))
		status = fill_containers(course, table, limit);
	if (status)
		return error_set(
			err, status, "cannot list the containers: %s", status_text(status));
	table->sort_column = seconds_of_growth(course) > 0 ? LENGTH_GROWTH : LENGTH;
	table->sort_descending = true;
	*ret = take_ptr(table);
	return STATUS_OK;
}
