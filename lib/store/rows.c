// SPDX-License-Identifier: MIT
#include "store/rows.h"

#include "result/census.h"
#include "store/choose.h"
#include "store/names.h"
#include "store/run.h"

#include <stdlib.h>

static int compare_name(const void *left, const void *right)
{
	const struct run_type *a = left, *b = right;
	return (a->name > b->name) - (a->name < b->name);
}

// Long names that were cut may have become the same.
static void merge_types(struct array *types)
{
	struct run_type *items = types->items;
	size_t kept = 0;
	for (size_t i = 0; i < types->count; i++) {
		if (!kept || items[kept - 1].name != items[i].name) {
			items[kept++] = items[i];
			continue;
		}
		struct run_type *sum = &items[kept - 1];
		sum->count += items[i].count;
		sum->bytes += items[i].bytes;
		sum->tracked_count += items[i].tracked_count;
		sum->tracked_bytes += items[i].tracked_bytes;
		sum->opaque_count += items[i].opaque_count;
		sum->is_approximate |= items[i].is_approximate;
	}
	types->count = kept;
}

static enum status make_types(const struct rows *making, int64_t *ids, struct error *err)
{
	const struct census *census = making->census;
	struct array *rows = &making->now->types;
	for (size_t i = 0; i < census->type_count; i++) {
		const struct census_type *type = &census->types[i];
		enum status status = names_intern(
			making->store, making->names, type->name, &ids[i], err);
		if (status)
			return status;
		struct run_type *row;
		if (!type->count)
			continue;
		if (array_add(rows, sizeof(*row), (void **)&row))
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
		*row = (struct run_type){ids[i], type->count, type->bytes, type->tracked_count,
			type->tracked_bytes, type->opaque_count, type->size_is_approximate};
	}
	if (rows->count)
		qsort(rows->items, rows->count, sizeof(struct run_type), compare_name);
	merge_types(rows);
	return STATUS_OK;
}

static enum status make_container(const struct rows *making,
	const struct census_container *container, const int64_t *ids, struct error *err)
{
	struct run_container *row;
	if (array_add(&making->now->containers, sizeof(*row), (void **)&row))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	*row = (struct run_container){
		.address = container->address,
		.type = ids[container->type],
		.length = container->length,
		.bytes = container->bytes,
	};
	return names_intern(
		making->store, making->names, container->path, &row->path, err);
}

enum status rows_make(const struct rows *making, struct error *err)
{
	const struct census *census = making->census;
	AUTO(freep) int64_t *ids = calloc(census->type_count + 1, sizeof(*ids));
	if (!ids)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	AUTO(freep) size_t *chosen = NULL;
	size_t count = 0;
	enum status status = choose_containers(
		census, making->before, &chosen, &count, making->least_length);
	if (status)
		return error_set(err, status, "cannot allocate a sample");
	status = make_types(making, ids, err);
	for (size_t i = 0; !status && i < count; i++)
		status = make_container(making, &census->containers[chosen[i]], ids, err);
	return status;
}
