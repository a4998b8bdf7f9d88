// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "heap/container_sort.h"
#include "heap/pools.h"
#include "heap/type.h"
#include "heap/unreached.h"
#include "heap/walk_state.h"
#include "result/census.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *left, const void *right)
{
	const struct type *const *left_type = left, *const *right_type = right;
	int order = strcmp((*left_type)->name, (*right_type)->name);
	return order ? order
		     : ((*left_type)->id > (*right_type)->id) -
			       ((*left_type)->id < (*right_type)->id);
}

// What one interpreter has of a type; nothing where it never met it.
static struct type_totals totals_of(const struct walk *walk, size_t interpreter, size_t type)
{
	const struct array *pages = &walk->totals[interpreter];
	struct type_totals *const *page = pages->items;
	size_t number = type / TOTALS_PAGE;
	return number < pages->count && page[number] ? page[number][type % TOTALS_PAGE]
						     : (struct type_totals){0};
}

static struct type_totals totals_of_all(const struct walk *walk, size_t type)
{
	struct type_totals sum = {0};
	for (size_t i = 0; i < walk->interpreter_count; i++) {
		struct type_totals totals = totals_of(walk, i, type);
		sum.count += totals.count;
		sum.bytes += totals.bytes;
		sum.tracked_count += totals.tracked_count;
		sum.tracked_bytes += totals.tracked_bytes;
	}
	return sum;
}

// Above the ids of all types of which objects were met.
static size_t types_end(const struct walk *walk)
{
	size_t end = 0;
	for (size_t i = 0; i < walk->interpreter_count; i++)
		if (walk->totals[i].count * TOTALS_PAGE > end)
			end = walk->totals[i].count * TOTALS_PAGE;
	return end;
}

// The types of which objects were met, ascending by name. The caller frees *ret.
static enum status list_types(const struct walk *walk, const struct type ***ret, size_t *ret_count)
{
	size_t end = types_end(walk);
	const struct type **list = calloc(end + 1, sizeof(const struct type *));
	if (!list)
		return STATUS_NO_MEMORY;
	size_t count = 0;
	for (size_t id = 0; id < end; id++)
		if (totals_of_all(walk, id).count)
			list[count++] = types_by_id(walk->heap->types, (uint32_t)id);
	qsort(list, count, sizeof(const struct type *), compare_names);
	*ret = list;
	*ret_count = count;
	return STATUS_OK;
}

static void add_type(
	const struct walk *walk, const struct type *type, struct census_type *to)
{
	struct type_totals sum = totals_of_all(walk, type->id), *totals = &sum;
	to->count += totals->count;
	to->bytes += totals->bytes;
	to->tracked_count += totals->tracked_count;
	to->tracked_bytes += totals->tracked_bytes;
	to->opaque_count += type->kind->is_opaque ? totals->count : 0;
	to->size_is_approximate |= type->size_is_approximate;
}

// positions[type id] becomes the place of the type in the census, which several may share.
static enum status add_types(const struct walk *walk, struct census *census, uint32_t *positions)
{
	AUTO(freep) const struct type **list = NULL;
	size_t count;
	enum status status = list_types(walk, &list, &count);
	if (status)
		return status;
	census->types = calloc(count + 1, sizeof(*census->types));
	if (!census->types)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct type *type = list[i];
		if (!i || strcmp(list[i - 1]->name, type->name)) {
			char *name = strdup(type->name);
			if (!name)
				return STATUS_NO_MEMORY;
			census->types[census->type_count++].name = name;
		}
		positions[type->id] = (uint32_t)(census->type_count - 1);
		add_type(walk, type, &census->types[census->type_count - 1]);
	}
	return STATUS_OK;
}

static enum status add_containers(
	const struct walk *walk, struct census *census, const uint32_t *positions)
{
	size_t count = walk->containers.count;
	census->containers = calloc(count + 1, sizeof(*census->containers));
	if (!census->containers)
		return STATUS_NO_MEMORY;
	const struct walk_container *from = walk->containers.items;
	for (size_t i = 0; i < count; i++) {
		struct node node = walk_nodes(walk)[from[i].node];
		census->containers[i] = (struct census_container){
			.address = node.address,
			.type = positions[node.type],
			.node = from[i].node,
			.length = from[i].length,
			.bytes = from[i].bytes,
		};
	}
	census->container_count = count;
	container_sort(census->containers, count);
	return STATUS_OK;
}

static enum status add_totals(const struct walk *walk, struct census *census)
{
	struct census_totals *totals = &census->totals;
	for (size_t i = 0; i < census->type_count; i++) {
		const struct census_type *type = &census->types[i];
		totals->objects += type->count;
		totals->bytes += type->bytes;
		totals->tracked += type->tracked_count;
		totals->opaque += type->opaque_count;
	}
	totals->untracked = totals->objects - totals->tracked;
	totals->containers = census->container_count;
	totals->unreadable = walk->unreadable;
	totals->unreached = walk->unreached;
	totals->is_inexact = walk->is_inexact;

	struct pool_usage pools;
	enum status status = pools_measure(walk->heap, &pools);
	if (status)
		return status;
	totals->pymalloc_arena_bytes = pools.arena_bytes + pools.empty_bytes;
	totals->pymalloc_used_bytes = pools.used_bytes;
	totals->pymalloc_free_bytes = pools.free_bytes + pools.empty_bytes;
	return STATUS_OK;
}

// shares has room for all types.
static void add_shares(const struct walk *walk, size_t interpreter, const uint32_t *positions,
	struct census_share *shares)
{
	for (size_t id = 0; id < walk->totals[interpreter].count * TOTALS_PAGE; id++) {
		struct type_totals totals = totals_of(walk, interpreter, id);
		if (!totals.count)
			continue;
		struct census_share *share = &shares[positions[id]];
		share->count += totals.count;
		share->bytes += totals.bytes;
		share->tracked_count += totals.tracked_count;
		share->tracked_bytes += totals.tracked_bytes;
	}
}

static enum status add_interpreter(const struct census *census, const struct census_share *shares,
	struct census_interpreter *ret)
{
	for (size_t i = 0; i < census->type_count; i++)
		ret->type_count += shares[i].count > 0;
	ret->types = calloc(ret->type_count + 1, sizeof(*ret->types));
	if (!ret->types)
		return STATUS_NO_MEMORY;
	struct census_share *to = ret->types;
	for (size_t i = 0; i < census->type_count; i++) {
		if (!shares[i].count)
			continue;
		*to = shares[i];
		to++->type = (uint32_t)i;
		ret->objects += shares[i].count;
		ret->bytes += shares[i].bytes;
		ret->tracked += shares[i].tracked_count;
	}
	return STATUS_OK;
}

static enum status add_interpreters(
	const struct walk *walk, struct census *census, const uint32_t *positions)
{
	if (!walk->has_owners)
		return STATUS_OK;
	census->interpreters = calloc(walk->interpreter_count, sizeof(*census->interpreters));
	if (!census->interpreters)
		return STATUS_NO_MEMORY;
	census->interpreter_count = walk->interpreter_count;
	for (size_t i = 0; i < walk->interpreter_count; i++) {
		AUTO(freep) struct census_share *shares =
			calloc(census->type_count + 1, sizeof(*shares));
		if (!shares)
			return STATUS_NO_MEMORY;
		add_shares(walk, i, positions, shares);
		enum status status = add_interpreter(census, shares, &census->interpreters[i]);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static int compare_unreached(const void *left, const void *right)
{
	const struct census_unreached *a = left, *b = right;
	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	int order = strcmp(a->type, b->type);
	return order ? order : (a->block_size > b->block_size) - (a->block_size < b->block_size);
}

static enum status add_unreached_rows(
	const struct walk *walk, const struct unreached *unreached, struct census *census)
{
	const struct unreached_row *rows = unreached->rows.items;
	census->unreached = calloc(unreached->rows.count + 1, sizeof(*census->unreached));
	if (!census->unreached)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < unreached->rows.count; i++) {
		char *type = strdup(types_by_id(walk->heap->types, rows[i].type)->name);
		if (!type)
			return STATUS_NO_MEMORY;
		census->unreached[census->unreached_count++] = (struct census_unreached){
			.type = type,
			.block_size = rows[i].block_size,
			.count = rows[i].count,
			.bytes = rows[i].count * rows[i].block_size,
		};
	}
	qsort(census->unreached, census->unreached_count, sizeof(*census->unreached),
		compare_unreached);
	return STATUS_OK;
}

static enum status add_unreached(const struct walk *walk, struct census *census)
{
	AUTO(unreached_deinit) struct unreached unreached = {0};
	enum status status = unreached_find(walk, &unreached);
	if (status)
		return status;
	struct census_totals *totals = &census->totals;
	totals->has_blocks = unreached.blocks;
	totals->blocks = unreached.blocks;
	totals->unreached_blocks = unreached.objects;
	totals->unreached_bytes = unreached.bytes;
	totals->other_blocks = unreached.other_blocks;
	totals->other_bytes = unreached.other_bytes;
	return add_unreached_rows(walk, &unreached, census);
}

enum status walk_census(const struct walk *walk, struct census **ret, struct error *err)
{
	AUTO(census_destroyp) struct census *census = calloc(1, sizeof(*census));
	AUTO(freep) uint32_t *positions = calloc(types_end(walk) + 1, sizeof(*positions));
	enum status status = census && positions ? STATUS_OK : STATUS_NO_MEMORY;
	if (!status)
		status = add_types(walk, census, positions);
	if (!status)
		status = add_containers(walk, census, positions);
	if (!status)
		status = add_interpreters(walk, census, positions);
	if (!status)
		status = add_totals(walk, census);
	if (!status)
		status = add_unreached(walk, census);
	if (status)
		return error_set(
			err, status, "cannot count what the walk met: %s", status_text(status));
	*ret = take_ptr(census);
	return STATUS_OK;
}
