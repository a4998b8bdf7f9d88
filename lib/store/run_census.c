// SPDX-License-Identifier: MIT
#include "store/run_census.h"

#include "result/census.h"
#include "store/names.h"
#include "store/run.h"

#include <stdlib.h>
#include <string.h>

// Which type of the census stands for an id.
struct place_of {
	int64_t id;
	uint32_t type;
};

static int compare_id(const void *left, const void *right)
{
	const struct place_of *a = left, *b = right;
	return (a->id > b->id) - (a->id < b->id);
}

// A type on its way to its place in the order of names.
struct named {
	struct census_type type;
	int64_t id;
};

static int compare_name(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	return strcmp(a->type.name, b->type.name);
}

static void named_free(struct named *named, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(named[i].type.name);
	free(named);
}

static enum status read_types(struct store *store, struct names *names, const struct run *run,
	struct named *named, struct error *err)
{
	const struct run_type *rows = run->types.items;
	for (size_t i = 0; i < run->types.count; i++) {
		named[i] = (struct named){
			.type = {.count = rows[i].count,
				.bytes = rows[i].bytes,
				.tracked_count = rows[i].tracked_count,
				.tracked_bytes = rows[i].tracked_bytes,
				.opaque_count = rows[i].opaque_count,
				.size_is_approximate = rows[i].is_approximate},
			.id = rows[i].name,
		};
		enum status status = names_read(
			store, names, rows[i].name, &named[i].type.name, err);
		if (!status && !named[i].type.name)
			status = error_set(
				err, STATUS_INVALID, "'%s' is damaged: a name is missing", store->path);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static void add_up(struct census_type *sum, const struct census_type *type)
{
	sum->count += type->count;
	sum->bytes += type->bytes;
	sum->tracked_count += type->tracked_count;
	sum->tracked_bytes += type->tracked_bytes;
	sum->opaque_count += type->opaque_count;
	sum->size_is_approximate |= type->size_is_approximate;
}

// Moves the types over in order of their names, of which one that is damaged may have some twice.
static void take_types(
	struct named *named, size_t count, struct census *census, struct place_of *places)
{
	if (count)
		qsort(named, count, sizeof(*named), compare_name);
	for (size_t i = 0; i < count; i++) {
		struct census_type *last = census->types + census->type_count - 1;
		if (census->type_count && !strcmp(last->name, named[i].type.name))
			add_up(last, &named[i].type);
		else
			census->types[census->type_count++] = (struct census_type){
				.name = take_ptr(named[i].type.name),
				.count = named[i].type.count,
				.bytes = named[i].type.bytes,
				.tracked_count = named[i].type.tracked_count,
				.tracked_bytes = named[i].type.tracked_bytes,
				.opaque_count = named[i].type.opaque_count,
				.size_is_approximate = named[i].type.size_is_approximate,
			};
		places[i] = (struct place_of){named[i].id, (uint32_t)census->type_count - 1};
	}
	if (count)
		qsort(places, count, sizeof(*places), compare_id);
}

static enum status make_types(struct store *store, struct names *names, const struct run *run,
	struct census *census, struct place_of *places, struct error *err)
{
	size_t count = run->types.count;
	struct named *named = calloc(count + 1, sizeof(*named));
	census->types = calloc(count + 1, sizeof(*census->types));
	enum status status = named && census->types
		? read_types(store, names, run, named, err)
		: error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	if (!status)
		take_types(named, count, census, places);
	if (named)
		named_free(named, count);
	return status;
}

static enum status make_containers(struct store *store, struct names *names,
	const struct run *run, struct census *census, const struct place_of *places,
	struct error *err)
{
	const struct run_container *rows = run->containers.items;
	census->containers = calloc(run->containers.count + 1, sizeof(*census->containers));
	if (!census->containers)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	for (size_t i = 0; i < run->containers.count; i++) {
		const struct place_of key = {.id = rows[i].type};
		const struct place_of *place =
			bsearch(&key, places, run->types.count, sizeof(key), compare_id);
		if (!place)
			continue;
		struct census_container *container =
			&census->containers[census->container_count++];
		*container = (struct census_container){
			.address = rows[i].address,
			.type = place->type,
			.length = rows[i].length,
			.bytes = rows[i].bytes,
		};
		enum status status =
			names_read(store, names, rows[i].path, &container->path, err);
		if (status)
			return status;
	}
	return STATUS_OK;
}

enum status run_census(struct store *store, struct names *names, const struct run *run,
	struct census **ret, struct error *err)
{
	AUTO(census_destroyp) struct census *census = calloc(1, sizeof(*census));
	AUTO(freep) struct place_of *places = calloc(run->types.count + 1, sizeof(*places));
	if (!census || !places)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	enum status status = make_types(store, names, run, census, places, err);
	if (!status)
		status = make_containers(store, names, run, census, places, err);
	if (status)
		return status;
	*ret = take_ptr(census);
	return STATUS_OK;
}
