// SPDX-License-Identifier: MIT
#include "store/census_rows.h"

#include "result/census.h"
#include "store/names.h"
#include "store/run.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

// --- Which containers go into the file ---

// Restores the order of a min-heap after its first item was replaced. The heap has the greatest
// lengths seen so far; its first item is the smallest of them.
static void sift_down(uint64_t *heap, size_t count)
{
	for (size_t at = 0;;) {
		size_t least = 2 * at + 1;
		if (least >= count)
			return;
		if (least + 1 < count && heap[least + 1] < heap[least])
			least++;
		if (heap[at] <= heap[least])
			return;
		uint64_t length = heap[at];
		heap[at] = heap[least];
		heap[least] = length;
		at = least;
	}
}

// Containers longer than this length are stored; they are fewer than STORE_CONTAINERS_MAX. Those of
// exactly this length are not: which of them fit could change from sample to sample.
static uint64_t least_length(const struct census *census)
{
	uint64_t heap[STORE_CONTAINERS_MAX] = {0};
	for (size_t i = 0; i < census->container_count; i++) {
		if (census->containers[i].length <= heap[0])
			continue;
		heap[0] = census->containers[i].length;
		sift_down(heap, STORE_CONTAINERS_MAX);
	}
	return heap[0];
}

// Returns positions in census->containers, ascending. They include all containers longer than
// *ret_least. The caller frees *ret.
static enum status choose_containers(const struct census *census, const struct run *run,
	size_t **ret, size_t *ret_count, uint64_t *ret_least)
{
	size_t *chosen = malloc((census->container_count + 1) * sizeof(*chosen));
	if (!chosen)
		return STATUS_NO_MEMORY;
	// A census that was read from another file may itself be incomplete.
	uint64_t least = least_length(census);
	least = least > census->least_length ? least : census->least_length;
	size_t count = 0;
	for (size_t i = 0; i < census->container_count; i++) {
		const struct census_container *container = &census->containers[i];
		bool is_long = container->length > least;
		if (container->type < census->type_count &&
			(is_long || container->path || run_find(run, container->address)))
			chosen[count++] = i;
	}
	*ret = chosen;
	*ret_count = count;
	*ret_least = least;
	return STATUS_OK;
}

// --- A census as rows ---

static int compare_row_name(const void *left, const void *right)
{
	const struct run_type *a = left, *b = right;
	return (a->name > b->name) - (a->name < b->name);
}

// Adds up types whose long names became equal when they were cut.
static void merge_types(struct run_types *types)
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

static enum status add_type_rows(const struct census_rows *making, int64_t *ids, struct error *err)
{
	const struct census *census = making->census;
	struct run_types *rows = &making->now->types;
	for (size_t i = 0; i < census->type_count; i++) {
		const struct census_type *type = &census->types[i];
		enum status status = names_intern(
			making->store, making->names, type->name, &ids[i], err);
		if (status)
			return status;
		if (!type->count)
			continue;
		const struct run_type row = {ids[i], type->count, type->bytes, type->tracked_count,
			type->tracked_bytes, type->opaque_count, type->size_is_approximate};
		if (run_types_add(rows, row))
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	}
	run_types_sort(rows, compare_row_name);
	merge_types(rows);
	return STATUS_OK;
}

static enum status add_container_row(const struct census_rows *making,
	const struct census_container *container, const int64_t *ids, struct error *err)
{
	struct run_container *row = run_containers_add_zeroed(&making->now->containers);
	if (!row)
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

enum status census_rows_make(const struct census_rows *making, struct error *err)
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
	status = add_type_rows(making, ids, err);
	for (size_t i = 0; !status && i < count; i++)
		status = add_container_row(making, &census->containers[chosen[i]], ids, err);
	return status;
}

// --- Rows as a census ---

// The position in the census of the type whose name has this id.
struct place_of {
	int64_t id;
	uint32_t type;
};

static int compare_id(const void *left, const void *right)
{
	const struct place_of *a = left, *b = right;
	return (a->id > b->id) - (a->id < b->id);
}

// A type before it is moved to its place in the order of names.
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

// Moves the types into the census, sorted by name. A damaged file may have a name twice: adds up
// such types.
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

enum status census_rows_read(struct store *store, struct names *names, const struct run *run,
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
