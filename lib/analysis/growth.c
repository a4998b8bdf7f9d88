// SPDX-License-Identifier: MIT
#include "analysis/growth.h"

#include "base/array.h"
#include "base/guard.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t NO_TYPE = UINT32_MAX;

void growth_destroy(struct growth *growth)
{
	if (!growth)
		return;
	free(growth->types);
	free(growth->containers);
	free(growth);
}

int64_t growth_difference(uint64_t before, uint64_t after)
{
	uint64_t size = after > before ? after - before : before - after;
	int64_t bounded = size > INT64_MAX ? INT64_MAX : (int64_t)size;
	return after > before ? bounded : -bounded;
}

double growth_per_minute(int64_t delta, double seconds)
{
	return seconds > 0 ? (double)delta * 60 / seconds : 0;
}

// What to order by, most first; of equals the first name, so that runs compare.
static int compare_type_growth(const void *left, const void *right)
{
	const struct growth_type *a = left, *b = right;
	if (a->bytes_delta != b->bytes_delta)
		return a->bytes_delta < b->bytes_delta ? 1 : -1;
	if (a->count_delta != b->count_delta)
		return a->count_delta < b->count_delta ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int compare_container_growth(const void *left, const void *right)
{
	const struct growth_container *a = left, *b = right;
	if (a->length_delta != b->length_delta)
		return a->length_delta < b->length_delta ? 1 : -1;
	return a->after < b->after ? -1 : a->after > b->after;
}

// Either may be NULL, where the type is in one census only.
static struct growth_type type_growth(
	const struct census_type *before, const struct census_type *after, double seconds)
{
	static const struct census_type none = {0};
	before = before ? before : &none;
	after = after ? after : &none;
	const char *name = after->name ? after->name : before->name;
	int64_t count_delta = growth_difference(before->count, after->count);
	int64_t bytes_delta = growth_difference(before->bytes, after->bytes);
	return (struct growth_type){
		.name = name,
		.count_before = before->count,
		.count_after = after->count,
		.bytes_before = before->bytes,
		.bytes_after = after->bytes,
		.count_delta = count_delta,
		.bytes_delta = bytes_delta,
		.count_per_minute = growth_per_minute(count_delta, seconds),
		.bytes_per_minute = growth_per_minute(bytes_delta, seconds),
	};
}

static int compare_next_type(
	const struct census *before, size_t i, const struct census *after, size_t j)
{
	if (i == before->type_count)
		return 1;
	if (j == after->type_count)
		return -1;
	return strcmp(before->types[i].name, after->types[j].name);
}

// Fills growth->types, and in later[] the position in after of each type of before, or NO_TYPE.
static enum status merge_types(struct growth *growth, const struct census *before,
	const struct census *after, uint32_t *later)
{
	size_t capacity = before->type_count + after->type_count;
	growth->types = calloc(capacity ? capacity : 1, sizeof(*growth->types));
	if (!growth->types)
		return STATUS_NO_MEMORY;

	for (size_t i = 0, j = 0; i < before->type_count || j < after->type_count;) {
		int order = compare_next_type(before, i, after, j);
		if (order <= 0)
			later[i] = order ? NO_TYPE : (uint32_t)j;
		const struct census_type *old = order <= 0 ? &before->types[i++] : NULL;
		const struct census_type *new = order >= 0 ? &after->types[j++] : NULL;
		growth->types[growth->type_count++] = type_growth(old, new, growth->seconds);
	}
	qsort(growth->types, growth->type_count, sizeof(*growth->types), compare_type_growth);
	return STATUS_OK;
}

static enum status add_container(struct array *changed, const struct growth *growth,
	const struct census_container *old, const struct census *after, size_t position)
{
	const struct census_container *new = &after->containers[position];
	int64_t delta = growth_difference(old->length, new->length);
	if (!delta)
		return STATUS_OK;
	void *item;
	enum status status = array_add(changed, sizeof(struct growth_container), &item);
	if (status)
		return status;
	*(struct growth_container *)item = (struct growth_container){
		.after = position,
		.type = after->types[new->type].name,
		.length_before = old->length,
		.length_after = new->length,
		.length_delta = delta,
		.length_per_minute = growth_per_minute(delta, growth->seconds),
	};
	return STATUS_OK;
}

// An address that now holds an object of another type was freed and used again: another container.
static bool same_type(const struct census *before, const struct census_container *old,
	const struct census *after, const struct census_container *new, const uint32_t *later)
{
	return old->type < before->type_count && new->type < after->type_count &&
		later[old->type] == new->type;
}

static enum status merge_containers(struct growth *growth, const struct census *before,
	const struct census *after, const uint32_t *later)
{
	struct array changed = {0};
	size_t i = 0, j = 0;
	enum status status = STATUS_OK;
	while (!status && i < before->container_count && j < after->container_count) {
		const struct census_container *old = &before->containers[i];
		const struct census_container *new = &after->containers[j];
		if (old->address == new->address && same_type(before, old, after, new, later))
			status = add_container(&changed, growth, old, after, j);
		i += old->address <= new->address;
		j += new->address <= old->address;
	}
	growth->containers = changed.items;
	growth->container_count = changed.count;
	if (changed.count)
		qsort(changed.items, changed.count, sizeof(*growth->containers),
			compare_container_growth);
	return status;
}

enum status growth_create(const struct sample *before, const struct sample *after,
	struct growth **ret, struct error *err)
{
	const struct census *old = before->census, *new = after->census;
	AUTO(growth_destroyp) struct growth *growth = calloc(1, sizeof(*growth));
	AUTO(freep) uint32_t *later = calloc(old->type_count + 1, sizeof(*later));
	if (!growth || !later)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a comparison");

	growth->seconds = after->seconds - before->seconds;
	growth->objects_delta = growth_difference(old->totals.objects, new->totals.objects);
	growth->bytes_delta = growth_difference(old->totals.bytes, new->totals.bytes);
	enum status status = merge_types(growth, old, new, later);
	if (!status)
		status = merge_containers(growth, old, new, later);
	if (status)
		return error_set(err, status, "cannot compare %zu with %zu containers: %s",
			old->container_count, new->container_count, status_text(status));
	*ret = take_ptr(growth);
	return STATUS_OK;
}
