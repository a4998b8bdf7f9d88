// SPDX-License-Identifier: MIT
#include "heap/census_builder.h"

#include "alloc/allocator.h"
#include "base/big_array.h"
#include "base/vector.h"
#include "heap/container_sort.h"
#include "heap/interpreter_map.h"
#include "heap/kind/kind.h"
#include "heap/type.h"
#include "heap/unreached.h"
#include "heap/walk.h"
#include "interp/runtime.h"
#include "interp/static_data.h"
#include "result/census.h"

#include <stdlib.h>
#include <string.h>

// Totals over all objects of one type.
struct type_totals {
	uint64_t count, bytes;
	uint64_t tracked_count, tracked_bytes;
};

// Totals are allocated in pages: most types belong to one interpreter, and so do the types with
// neighbouring ids, which that interpreter met at about the same time.
enum { TOTALS_PAGE = 64 };

VECTOR(totals_pages, struct type_totals *) // by type id; NULL: no object of these types was met

struct met_container {
	uint64_t length, bytes;
	uint32_t node;
};

struct census_builder {
	struct walk_sink sink; // first
	const struct walk *walk;
	const struct heap *heap;
	uint64_t held_bytes; // held by the image; kept here because counting them takes time
	size_t interpreter_count;
	struct totals_pages *totals; // one for each interpreter
	struct big_array containers; // of struct met_container, in the order of the walk
	bool has_map; // several interpreters; otherwise all objects belong to the only one
	struct interpreter_map map;
};

// Objects in static data (types, small ints, None) exist once in the process. They count for this
// one.
static const size_t MAIN = 0;

static void fail(struct census_builder *builder)
{
	builder->sink.status = STATUS_NO_MEMORY;
}

static void set_interpreter(struct census_builder *builder, addr_t address, size_t interpreter)
{
	if (interpreter_map_set(&builder->map, address, interpreter))
		fail(builder);
}

// An object that an interpreter's collector tracks belongs to that interpreter.
static void take_tracked(struct walk_sink *sink, addr_t address, uint32_t interpreter)
{
	struct census_builder *builder = (struct census_builder *)sink;
	if (builder->has_map)
		set_interpreter(builder, address, interpreter);
}

static size_t interpreter_of_parent(const struct census_builder *builder, uint32_t parent)
{
	size_t interpreter = MAIN;
	if (parent >= GRAPH_ROOT)
		return walk_root(builder->walk, parent)->interpreter;
	// A parent was met before, so it has an interpreter.
	interpreter_map_get(&builder->map, walk_node(builder->walk, parent).address, &interpreter);
	return interpreter;
}

// Any other object belongs to the interpreter of the parent or root that led to it.
static size_t find_interpreter(struct census_builder *builder, const struct walk_object *object)
{
	size_t interpreter = MAIN;
	addr_t address = object->object->address;
	if (interpreter_map_get(&builder->map, address, &interpreter))
		return interpreter;
	interpreter = interpreter_of_parent(builder, object->parent);
	if (interpreter != MAIN && static_data_has(walk_static_data(builder->walk), address))
		interpreter = MAIN;
	set_interpreter(builder, address, interpreter);
	return interpreter;
}

static bool add_page(struct census_builder *builder, struct totals_pages *pages, size_t page)
{
	struct type_totals *totals = calloc(TOTALS_PAGE, sizeof(*totals));
	if (!totals || (page >= pages->count && totals_pages_resize(pages, page + 1))) {
		free(totals);
		fail(builder);
		return false;
	}
	pages->items[page] = totals;
	return true;
}

static struct type_totals *find_totals(
	struct census_builder *builder, const struct walk_object *object)
{
	uint32_t type = object->object->type->id;
	size_t interpreter = builder->has_map ? find_interpreter(builder, object) : 0;
	struct totals_pages *pages = &builder->totals[interpreter];
	size_t page = type / TOTALS_PAGE;
	if (__builtin_expect(page >= pages->count || !pages->items[page], 0) &&
		!add_page(builder, pages, page))
		return NULL;
	return pages->items[page] + type % TOTALS_PAGE;
}

static bool take_container(struct census_builder *builder, const struct walk_object *object)
{
	const struct kind *kind = object->object->type->kind;
	uint64_t length = 0;
	bool good = !kind->length || kind->length(builder->heap, object->object, &length) == STATUS_OK;
	struct met_container *container = big_array_next(&builder->containers, sizeof(*container));
	if (!container) {
		fail(builder);
		return good;
	}
	*container = (struct met_container){length, object->bytes, object->node};
	builder->containers.count++;
	return good;
}

static bool take_object(struct walk_sink *sink, const struct walk_object *object)
{
	struct census_builder *builder = (struct census_builder *)sink;
	struct type_totals *totals = find_totals(builder, object);
	if (!totals)
		return true;
	totals->count++;
	totals->bytes += object->bytes;
	if (object->is_tracked) {
		totals->tracked_count++;
		totals->tracked_bytes += object->bytes;
	}
	return !object->object->type->kind->is_container || take_container(builder, object);
}

static uint64_t builder_memory(const struct walk_sink *sink)
{
	const struct census_builder *builder = (const struct census_builder *)sink;
	return builder->containers.count * sizeof(struct met_container) +
	       builder->map.plane_count * visited_bytes(builder->held_bytes);
}

static const struct walk_sink_ops ops = {
	.name = "the census",
	.tracked = take_tracked,
	.object = take_object,
	.memory = builder_memory,
};

enum status census_builder_create(struct walk *walk, struct census_builder **ret)
{
	AUTO(census_builder_destroyp) struct census_builder *builder = calloc(1, sizeof(*builder));
	if (!builder)
		return STATUS_NO_MEMORY;
	walk_interpreters(walk, &builder->interpreter_count);
	*builder = (struct census_builder){
		.sink = {.ops = &ops},
		.walk = walk,
		.heap = walk_heap(walk),
		.held_bytes = image_held_bytes(walk_heap(walk)->image),
		.interpreter_count = builder->interpreter_count,
		.totals = calloc(builder->interpreter_count, sizeof(*builder->totals)),
		.has_map = builder->interpreter_count > 1,
	};
	if (!builder->totals ||
		(builder->has_map &&
			interpreter_map_init(&builder->map, builder->interpreter_count)))
		return STATUS_NO_MEMORY;
	walk_add_sink(walk, &builder->sink);
	*ret = take_ptr(builder);
	return STATUS_OK;
}

void census_builder_destroy(struct census_builder *builder)
{
	if (!builder)
		return;
	for (size_t i = 0; builder->totals && i < builder->interpreter_count; i++) {
		for (size_t page = 0; page < builder->totals[i].count; page++)
			free(builder->totals[i].items[page]);
		totals_pages_deinit(&builder->totals[i]);
	}
	free(builder->totals);
	interpreter_map_deinit(&builder->map);
	big_array_deinit(&builder->containers);
	free(builder);
}

static int compare_names(const void *left, const void *right)
{
	const struct type *const *left_type = left, *const *right_type = right;
	int order = strcmp((*left_type)->name, (*right_type)->name);
	return order ? order
		     : ((*left_type)->id > (*right_type)->id) -
			       ((*left_type)->id < (*right_type)->id);
}

// What one interpreter has of a type; zeros if it never met the type.
static struct type_totals totals_of(const struct census_builder *builder, size_t interpreter, size_t type)
{
	const struct totals_pages *pages = &builder->totals[interpreter];
	size_t number = type / TOTALS_PAGE;
	return number < pages->count && pages->items[number]
		? pages->items[number][type % TOTALS_PAGE] : (struct type_totals){0};
}

static struct type_totals totals_of_all(const struct census_builder *builder, size_t type)
{
	struct type_totals sum = {0};
	for (size_t i = 0; i < builder->interpreter_count; i++) {
		struct type_totals totals = totals_of(builder, i, type);
		sum.count += totals.count;
		sum.bytes += totals.bytes;
		sum.tracked_count += totals.tracked_count;
		sum.tracked_bytes += totals.tracked_bytes;
	}
	return sum;
}

// One more than the largest id of a type of which objects were met.
static size_t types_end(const struct census_builder *builder)
{
	size_t end = 0;
	for (size_t i = 0; i < builder->interpreter_count; i++)
		if (builder->totals[i].count * TOTALS_PAGE > end)
			end = builder->totals[i].count * TOTALS_PAGE;
	return end;
}

// Lists the types of which objects were met, ascending by name. The caller frees *ret.
static enum status list_types(const struct census_builder *builder, const struct type ***ret, size_t *ret_count)
{
	size_t end = types_end(builder);
	const struct type **list = calloc(end + 1, sizeof(const struct type *));
	if (!list)
		return STATUS_NO_MEMORY;
	size_t count = 0;
	for (size_t id = 0; id < end; id++)
		if (totals_of_all(builder, id).count)
			list[count++] = types_by_id(builder->heap->types, (uint32_t)id);
	qsort(list, count, sizeof(const struct type *), compare_names);
	*ret = list;
	*ret_count = count;
	return STATUS_OK;
}

static void add_type(
	const struct census_builder *builder, const struct type *type, struct census_type *to)
{
	struct type_totals sum = totals_of_all(builder, type->id), *totals = &sum;
	to->count += totals->count;
	to->bytes += totals->bytes;
	to->tracked_count += totals->tracked_count;
	to->tracked_bytes += totals->tracked_bytes;
	to->opaque_count += type->kind->is_opaque ? totals->count : 0;
	to->size_is_approximate |= type->size_is_approximate;
}

// Sets positions[type id] to the place of the type in the census. Several types may share a place.
static enum status add_types(const struct census_builder *builder, struct census *census, uint32_t *positions)
{
	AUTO(freep) const struct type **list = NULL;
	size_t count;
	enum status status = list_types(builder, &list, &count);
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
		add_type(builder, type, &census->types[census->type_count - 1]);
	}
	return STATUS_OK;
}

static enum status add_containers(
	const struct census_builder *builder, struct census *census, const uint32_t *positions)
{
	size_t count = builder->containers.count;
	census->containers = calloc(count + 1, sizeof(*census->containers));
	if (!census->containers)
		return STATUS_NO_MEMORY;
	const struct met_container *from = builder->containers.items;
	for (size_t i = 0; i < count; i++) {
		struct graph_node node = walk_node(builder->walk, from[i].node);
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

static void add_totals(const struct census_builder *builder, struct census *census)
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
	struct walk_figures figures = walk_figures(builder->walk);
	totals->unreadable = figures.unreadable;
	totals->unreached = figures.unreached;
	totals->is_inexact = figures.is_inexact;

	struct allocator_usage usage = pymalloc.measure(&builder->heap->python);
	totals->pymalloc_arena_bytes = usage.region_bytes + usage.empty_bytes;
	totals->pymalloc_used_bytes = usage.used_bytes;
	totals->pymalloc_free_bytes = usage.free_bytes + usage.empty_bytes;
}

// shares has room for all types.
static void add_shares(const struct census_builder *builder, size_t interpreter, const uint32_t *positions,
	struct census_share *shares)
{
	for (size_t id = 0; id < builder->totals[interpreter].count * TOTALS_PAGE; id++) {
		struct type_totals totals = totals_of(builder, interpreter, id);
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
	const struct census_builder *builder, struct census *census, const uint32_t *positions)
{
	if (!builder->has_map)
		return STATUS_OK;
	census->interpreters = calloc(builder->interpreter_count, sizeof(*census->interpreters));
	if (!census->interpreters)
		return STATUS_NO_MEMORY;
	census->interpreter_count = builder->interpreter_count;
	for (size_t i = 0; i < builder->interpreter_count; i++) {
		AUTO(freep) struct census_share *shares =
			calloc(census->type_count + 1, sizeof(*shares));
		if (!shares)
			return STATUS_NO_MEMORY;
		add_shares(builder, i, positions, shares);
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
	const struct census_builder *builder, const struct unreached *unreached, struct census *census)
{
	census->unreached = calloc(unreached->rows.count + 1, sizeof(*census->unreached));
	if (!census->unreached)
		return STATUS_NO_MEMORY;
	vector_for_each(entry, &unreached->rows) {
		const struct unreached_row *row = &entry->value;
		char *type = strdup(types_by_id(builder->heap->types, row->type)->name);
		if (!type)
			return STATUS_NO_MEMORY;
		census->unreached[census->unreached_count++] = (struct census_unreached){
			.type = type,
			.block_size = row->block_size,
			.count = row->count,
			.bytes = row->count * row->block_size,
		};
	}
	qsort(census->unreached, census->unreached_count, sizeof(*census->unreached),
		compare_unreached);
	return STATUS_OK;
}

static enum status add_unreached(const struct census_builder *builder, struct census *census)
{
	AUTO(unreached_deinit) struct unreached unreached = {0};
	enum status status = unreached_find(builder->heap, walk_visited(builder->walk), &unreached);
	if (status)
		return status;
	struct census_totals *totals = &census->totals;
	totals->has_blocks = unreached.blocks;
	totals->blocks = unreached.blocks;
	totals->unreached_blocks = unreached.objects;
	totals->unreached_bytes = unreached.bytes;
	totals->other_blocks = unreached.other_blocks;
	totals->other_bytes = unreached.other_bytes;
	return add_unreached_rows(builder, &unreached, census);
}

enum status census_builder_finish(
	const struct census_builder *builder, struct census **ret, struct error *err)
{
	AUTO(census_destroyp) struct census *census = calloc(1, sizeof(*census));
	AUTO(freep) uint32_t *positions = calloc(types_end(builder) + 1, sizeof(*positions));
	enum status status = census && positions ? STATUS_OK : STATUS_NO_MEMORY;
	if (!status)
		status = add_types(builder, census, positions);
	if (!status)
		status = add_containers(builder, census, positions);
	if (!status)
		status = add_interpreters(builder, census, positions);
	if (!status)
		add_totals(builder, census);
	if (!status)
		status = add_unreached(builder, census);
	if (status)
		return error_set(
			err, status, "cannot count what the walk met: %s", status_text(status));
	*ret = take_ptr(census);
	return STATUS_OK;
}
