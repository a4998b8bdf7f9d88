// SPDX-License-Identifier: MIT
#include "export/course.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// The type of that name; types of a census are in ascending order.
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

static void init_lines(struct course *course, const struct census *now, const struct census *before)
{
	for (size_t i = 0; i < now->type_count; i++) {
		struct course_line *line = &course->types[i];
		const struct census_type *type = find_type(before, now->types[i].name);
		line->is_new = !type;
		line->amount_before = type ? type->count : 0;
		line->bytes_before = type ? type->bytes : 0;
	}
	for (size_t i = 0; i < now->container_count; i++) {
		struct course_line *line = &course->containers[i];
		const struct census_container *container = census_find_container(
			before, now->containers[i].address, type_name(now, &now->containers[i]));
		line->is_new = !container;
		line->amount_before = container ? container->length : 0;
		line->bytes_before = container ? container->bytes : 0;
	}
}

static const struct census *current_census(const struct course *course)
{
	const struct sample *current = course->results->history.current;
	return current ? current->census : NULL;
}

// Where growth is counted from; the current census itself where there is no earlier one.
static const struct census *baseline_census(const struct course *course, const struct census *now)
{
	const struct sample *baseline = course->results->history.baseline;
	return baseline && baseline->census ? baseline->census : now;
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
	init_lines(course, now, baseline_census(course, now));
	return STATUS_OK;
}

void course_deinit(struct course *course)
{
	if (!course)
		return;
	array_deinit(&course->readings);
	free(course->types);
	free(course->containers);
	*course = (struct course){0};
}

enum status course_add_reading(struct course *course, const struct reading *reading)
{
	struct reading *item;
	enum status status = array_add(&course->readings, sizeof(*item), (void **)&item);
	if (!status)
		*item = *reading;
	return status;
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
