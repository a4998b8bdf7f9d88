// SPDX-License-Identifier: MIT
#include "analysis/growth.h"

#include "base/guard.h"
#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t NO_TYPE = UINT32_MAX;

VECTOR(grown, struct growth_container)

void growth_destroy(struct growth *growth)
{
	if (!growth)
		return;
	free(growth->types);
	free(growth->containers);
	free(growth->by_position);
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

// Orders by growth, largest first; equal ones by name, so that results can be compared.
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

// before or after may be NULL, if only one census has the type.
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

static enum status merge_types(
	struct growth *growth, const struct census *before, const struct census *after)
{
	size_t capacity = before->type_count + after->type_count;
	growth->types = calloc(capacity ? capacity : 1, sizeof(*growth->types));
	if (!growth->types)
		return STATUS_NO_MEMORY;

	for (size_t i = 0, j = 0; i < before->type_count || j < after->type_count;) {
		int order = compare_next_type(before, i, after, j);
		const struct census_type *old = order <= 0 ? &before->types[i++] : NULL;
		const struct census_type *new = order >= 0 ? &after->types[j++] : NULL;
		growth->types[growth->type_count++] = type_growth(old, new, growth->seconds);
	}
	qsort(growth->types, growth->type_count, sizeof(*growth->types), compare_type_growth);
	return STATUS_OK;
}

// --- Containers ---

// An earlier census, which is stepped through by address together with the later one.
struct earlier {
	const struct census *census;
	uint32_t *types; // for each of its types the position in the later census, or NO_TYPE
	size_t next;	 // the next container
};

static void earlier_deinit(struct earlier *earlier)
{
	free(earlier->types);
}

static enum status earlier_init(
	struct earlier *ret, const struct census *census, const struct census *after)
{
	*ret = (struct earlier){
		.census = census, .types = calloc(census->type_count + 1, sizeof(*ret->types))};
	if (!ret->types)
		return STATUS_NO_MEMORY;
	for (size_t i = 0, j = 0; i < census->type_count;) {
		int order = compare_next_type(census, i, after, j);
		if (order <= 0)
			ret->types[i++] = order ? NO_TYPE : (uint32_t)j;
		j += order >= 0;
	}
	return STATUS_OK;
}

// Finds a container of the later census in the earlier one, or NULL. If the type at the address is
// another, the memory was freed and reused, so it is another container. Call it for containers in
// ascending order.
static const struct census_container *earlier_find(
	struct earlier *earlier, const struct census_container *container)
{
	const struct census *census = earlier->census;
	while (earlier->next < census->container_count &&
		census->containers[earlier->next].address < container->address)
		earlier->next++;
	if (earlier->next == census->container_count)
		return NULL;
	const struct census_container *found = &census->containers[earlier->next];
	bool is_same = found->address == container->address && found->type < census->type_count &&
		       earlier->types[found->type] == container->type;
	return is_same ? found : NULL;
}

// The state of a comparison of containers.
struct comparing {
	struct growth *growth;
	const struct census *after;
	struct earlier before, between;
	bool counts_new, has_between;
	uint64_t least_new;	   // new containers count if they are longer
	struct grown changed, new; // ordered by position
};

static void comparing_deinit(struct comparing *comparing)
{
	earlier_deinit(&comparing->before);
	earlier_deinit(&comparing->between);
	grown_deinit(&comparing->changed);
	grown_deinit(&comparing->new);
}

static int compare_length(const void *left, const void *right)
{
	const struct growth_container *a = left, *b = right;
	if (a->length_after != b->length_after)
		return a->length_after < b->length_after ? 1 : -1;
	return (a->after > b->after) - (a->after < b->after);
}

static int compare_position(const void *left, const void *right)
{
	const struct growth_container *a = left, *b = right;
	return (a->after > b->after) - (a->after < b->after);
}

// Keeps only the longest new containers: a program that leaks may have millions, most of them
// short. Among equal ones the first stay, so that a later container must be longer than the
// shortest of these.
static void keep_longest(struct comparing *comparing)
{
	struct grown *new = &comparing->new;
	if (new->count <= GROWTH_NEW_MAX)
		return;
	grown_sort(new, compare_length);
	new->count = GROWTH_NEW_MAX;
	comparing->least_new = grown_last(new)->length_after;
	grown_sort(new, compare_position);
}

static struct growth_container describe(
	const struct comparing *comparing, size_t position, uint64_t length_before, bool is_new)
{
	const struct census_container *container = &comparing->after->containers[position];
	int64_t delta = growth_difference(length_before, container->length);
	return (struct growth_container){
		.after = position,
		.is_new = is_new,
		.type = comparing->after->types[container->type].name,
		.length_before = length_before,
		.length_after = container->length,
		.length_delta = delta,
		.length_per_minute = growth_per_minute(delta, comparing->growth->seconds),
	};
}

static bool passes_by(struct comparing *comparing, const struct census_container *container)
{
	return comparing->has_between ? !earlier_find(&comparing->between, container)
				      : !census_is_of_module(container);
}

static enum status compare_container(struct comparing *comparing, size_t position)
{
	const struct census_container *container = &comparing->after->containers[position];
	if (container->type >= comparing->after->type_count)
		return STATUS_OK;
	const struct census_container *old = earlier_find(&comparing->before, container);
	if (old && old->length == container->length)
		return STATUS_OK;
	if (old)
		return grown_add(
			&comparing->changed, describe(comparing, position, old->length, false));
	if (!comparing->counts_new || container->length <= comparing->least_new ||
		passes_by(comparing, container))
		return STATUS_OK;
	if (comparing->new.count >= 2 * (size_t)GROWTH_NEW_MAX)
		keep_longest(comparing);
	return grown_add(&comparing->new,
		describe(comparing, position, comparing->before.census->least_length, true));
}

// Merges both lists, ordered by position.
static enum status merge_lists(struct comparing *comparing, struct grown *ret)
{
	const struct grown *changed = &comparing->changed, *new = &comparing->new;
	enum status status = grown_reserve(ret, changed->count + new->count);
	for (size_t i = 0, j = 0; !status && (i < changed->count || j < new->count);) {
		bool is_next_new = i == changed->count ||
				   (j < new->count &&new->items[j].after < changed->items[i].after);
		struct growth_container next = is_next_new ? new->items[j++] : changed->items[i++];
		next.order = ret->count;
		status = grown_add(ret, next);
	}
	return status;
}

static enum status compare_containers(struct comparing *comparing)
{
	AUTO(grown_deinit) struct grown all = {0};
	struct growth *growth = comparing->growth;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < comparing->after->container_count; i++)
		status = compare_container(comparing, i);
	keep_longest(comparing);
	if (!status)
		status = merge_lists(comparing, &all);
	if (status)
		return status;
	growth->by_position = calloc(all.count + 1, sizeof(*growth->by_position));
	if (!growth->by_position)
		return STATUS_NO_MEMORY;
	grown_sort(&all, compare_container_growth);
	for (size_t i = 0; i < all.count; i++)
		growth->by_position[all.items[i].order] = i;
	growth->containers = grown_take_items(&all, &growth->container_count);
	return STATUS_OK;
}

const struct growth_container *growth_find_container(const struct growth *growth, size_t position)
{
	size_t low = 0, high = growth ? growth->container_count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct growth_container *found =
			&growth->containers[growth->by_position[middle]];
		if (found->after == position)
			return found;
		if (found->after < position)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static enum status compare(const struct census *before, const struct census *between,
	bool counts_new, const struct census *after, struct growth *growth)
{
	AUTO(comparing_deinit)
	struct comparing comparing = {.growth = growth,
		.after = after,
		.counts_new = counts_new,
		.has_between = between,
		.least_new = before->least_length ? before->least_length : GROWTH_NEW_LEAST};
	enum status status = merge_types(growth, before, after);
	if (!status)
		status = earlier_init(&comparing.before, before, after);
	if (!status && between)
		status = earlier_init(&comparing.between, between, after);
	return status ? status : compare_containers(&comparing);
}

static enum status create(const struct sample *before, const struct sample *after,
	const struct sample *between, bool counts_new, struct growth **ret, struct error *err)
{
	const struct census *old = before->census, *new = after->census;
	AUTO(growth_destroyp) struct growth *growth = calloc(1, sizeof(*growth));
	if (!growth)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a comparison");
	growth->seconds = after->seconds - before->seconds;
	growth->objects_delta = growth_difference(old->totals.objects, new->totals.objects);
	growth->bytes_delta = growth_difference(old->totals.bytes, new->totals.bytes);
	enum status status =
		compare(old, between ? between->census : NULL, counts_new, new, growth);
	if (status)
		return error_set(err, status, "cannot compare %zu with %zu containers: %s",
			old->container_count, new->container_count, status_text(status));
	*ret = take_ptr(growth);
	return STATUS_OK;
}

enum status growth_create(const struct sample *before, const struct sample *after,
	struct growth **ret, struct error *err)
{
	return create(before, after, NULL, false, ret, err);
}

enum status growth_create_with_new(const struct sample *before, const struct sample *after,
	const struct sample *between, struct growth **ret, struct error *err)
{
	return create(before, after, between, true, ret, err);
}
