// SPDX-License-Identifier: MIT
#include "heap/walk.h"

#include "base/guard.h"
#include "base/log.h"
#include "heap/instance.h"
#include "heap/type.h"
#include "heap/walk_state.h"
#include "interp/runtime.h"

#include <assert.h>
#include <stdlib.h>

enum {
	OBJECT_AHEAD = 24,    // nodes ahead of the one at hand whose objects are fetched
	SATELLITE_AHEAD = 12, // and what these lead to, when the object itself is there
	CACHE_LINE = 64,
	OBJECT_SIZE_GUESS = 100, // for progress only
};

// Counts what could not be read. subject is the node to blame, or a root.
static void walk_drop(struct walk *walk, addr_t address, const char *why, size_t subject)
{
	walk->unreadable++;
	if (!log_enabled(LOG_HEAP))
		return;
	const char *name = "a root";
	if (subject < WALK_ROOT)
		name = types_by_id(walk->heap->types, walk_nodes(walk)[subject].type)->name;
	log_trace(LOG_HEAP, "%#llx: %s %s", (unsigned long long)address, why, name);
}

// Marks an object of a held page as met. False where it was, or where memory ran out.
static bool walk_mark(struct walk *walk, addr_t address)
{
	uint64_t *word = visited_word(&walk->visited, address);
	if (__builtin_expect(!word, 0)) {
		if (visited_add_chunk(&walk->visited, address)) {
			walk_fail(walk);
			return false;
		}
		word = visited_word(&walk->visited, address);
		assert(word);
	}
	uint64_t bit = visited_bit(address);
	if (*word & bit)
		return false;
	*word |= bit;
	return true;
}

static void walk_push(struct walk *walk, addr_t address, uint32_t parent)
{
	struct node *node = big_array_next(&walk->nodes, sizeof(*node));
	if (__builtin_expect(!node || walk->nodes.count >= WALK_ROOT, 0)) {
		walk_fail(walk);
		return;
	}
	*node = (struct node){.address = address, .parent = parent};
	walk->nodes.count++;
}

uint32_t walk_add(struct walk *walk, addr_t address, uint32_t parent)
{
	if (!image_holds_page(walk->heap->image, address) || !walk_mark(walk, address))
		return WALK_ROOT;
	size_t number = walk->nodes.count;
	walk_push(walk, address, parent);
	return walk->failure ? WALK_ROOT : (uint32_t)number;
}

// Takes every reference of the object at hand, met before or not.
static void walk_edge(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct walk *walk = (struct walk *)visitor;
	(void)detail;
	if (__builtin_expect(!image_holds_page(walk->heap->image, to), 0)) {
		if (edge != EDGE_OPAQUE)
			walk_drop(walk, to, "not in the copy, referenced by", walk->kept);
		return;
	}
	if (edge == EDGE_OPAQUE && (visited_has(&walk->visited, to) || !walk_is_certain(walk, to)))
		return;
	if (walk_mark(walk, to))
		walk_push(walk, to, (uint32_t)walk->kept);
}

static bool walk_add_page(struct walk *walk, size_t interpreter, size_t page)
{
	struct array *pages = &walk->totals[interpreter];
	void *item = NULL;
	while (page >= pages->count)
		if (array_add(pages, sizeof(struct type_totals *), &item)) {
			walk_fail(walk);
			return false;
		}
	struct type_totals *totals = calloc(TOTALS_PAGE, sizeof(*totals));
	if (!totals)
		walk_fail(walk);
	((struct type_totals **)pages->items)[page] = totals;
	return totals;
}

static struct type_totals *walk_totals(
	struct walk *walk, const struct node *node, const struct type *type)
{
	size_t owner = walk->has_owners ? walk_find_owner(walk, node) : 0;
	const struct array *pages = &walk->totals[owner];
	size_t page = type->id / TOTALS_PAGE;
	if (__builtin_expect(page >= pages->count || !((void **)pages->items)[page], 0) &&
		!walk_add_page(walk, owner, page))
		return NULL;
	return ((struct type_totals **)pages->items)[page] + type->id % TOTALS_PAGE;
}

// Adds the object to what is known of its type. False where its size could not be read.
static bool walk_count_object(struct walk *walk, const struct node *node,
	const struct object *object, uint64_t *ret_bytes)
{
	struct type_totals *totals = walk_totals(walk, node, object->type);
	if (!totals)
		return true;
	uint64_t bytes = 0;
	bool good = object_size(walk->heap, object, &bytes) == STATUS_OK;
	totals->count++;
	totals->bytes += bytes;
	if (object_is_tracked(walk->heap, object)) {
		totals->tracked_count++;
		totals->tracked_bytes += bytes;
		walk->unreached += walk->stage == STAGE_COLLECTOR;
	}
	*ret_bytes = bytes;
	return good;
}

static bool walk_add_container(struct walk *walk, const struct object *object, uint64_t bytes)
{
	const struct kind *kind = object->type->kind;
	uint64_t length = 0;
	bool good = !kind->length || kind->length(walk->heap, object, &length) == STATUS_OK;
	struct walk_container *container = big_array_next(&walk->containers, sizeof(*container));
	if (!container) {
		walk_fail(walk);
		return true;
	}
	*container = (struct walk_container){length, bytes, (uint32_t)walk->kept};
	walk->containers.count++;
	return good;
}

static void fetch(const struct walk *walk, addr_t address)
{
	__builtin_prefetch(image_destination(walk->heap->image, address));
}

// Has the memory on its way to the cache that the nodes behind the next will need: in a heap that
// has been in use for long, each object is a miss, and so is what it owns. An address that is not
// in the image does no harm.
static void walk_fetch_ahead(const struct walk *walk)
{
	const struct node *next = walk_nodes(walk) + walk->next;
	size_t left = walk->nodes.count - walk->next;
	if (left > OBJECT_AHEAD) {
		fetch(walk, next[OBJECT_AHEAD].address);
		fetch(walk, next[OBJECT_AHEAD].address - CACHE_LINE / 2); // the words in front
	}
	struct object object;
	if (left <= SATELLITE_AHEAD ||
		!object_read(walk->heap, next[SATELLITE_AHEAD].address, &object) ||
		!object.type->satellite)
		return;
	const void *word = image_at(walk->heap->image,
		object.address + (uint64_t)(int64_t)object.type->satellite, sizeof(addr_t));
	if (!word)
		return;
	addr_t satellite = bytes_u64(word, 0);
	fetch(walk, satellite);
	fetch(walk, satellite + CACHE_LINE);
}

// Takes the next node out of the queue.
static void walk_object(struct walk *walk)
{
	struct node *nodes = walk_nodes(walk);
	walk_fetch_ahead(walk);
	struct node node = nodes[walk->next++];
	struct object object;
	if (!object_read(walk->heap, node.address, &object)) {
		walk_drop(walk, node.address, "no object, referenced by", node.parent);
		return;
	}
	node.type = object.type->id;
	nodes[walk->kept] = node;

	uint64_t bytes = 0;
	bool good = walk_count_object(walk, &node, &object, &bytes);
	if (object.type->kind->is_container)
		good &= walk_add_container(walk, &object, bytes);
	good &= object_edges(walk->heap, &object, &walk->visitor) == STATUS_OK;
	if (!good)
		walk_drop(walk, node.address, "read in part:", (uint32_t)walk->kept);
	walk->kept++;
}

// Adds the next object of the collector's lists that was not met. False at their end.
static bool walk_add_collected(struct walk *walk, size_t *budget)
{
	struct found found;
	while (*budget && enumerator_next(&walk->tracked, &found)) {
		--*budget;
		if (visited_has(&walk->visited, found.address))
			continue;
		walk_add(walk, found.address, WALK_ROOT + walk->collector_root + found.interpreter);
		return true;
	}
	return !*budget;
}

static void walk_begin_collected(struct walk *walk)
{
	walk->stage = STAGE_COLLECTOR;
	walk->collector_root = (uint32_t)walk->roots.count;
	for (size_t i = 0; i < walk->interpreter_count && !walk->failure; i++)
		walk_add_label(walk, "<collector>", i);
	enumerator_init(&walk->tracked, ENUMERATE_TRACKED, walk->heap, walk->interpreters,
		walk->interpreter_count);
}

// Everything met so far is walked: adds what the next stage begins with.
static void walk_begin_stage(struct walk *walk, size_t *budget)
{
	switch (walk->stage) {
	case STAGE_OWNERS:
		if (!walk_tag_tracked(walk, budget))
			walk->stage = STAGE_MODULES;
		break;
	case STAGE_MODULES:
		walk_add_modules(walk);
		walk_name_threads(walk);
		walk->stage = STAGE_ROOTS;
		walk_add_roots(walk);
		break;
	case STAGE_ROOTS:
	case STAGE_TYPES:
		walk->stage++;
		walk_add_roots(walk);
		break;
	case STAGE_STRINGS:
		walk->stage = STAGE_STATIC;
		walk_add_static(walk);
		break;
	case STAGE_STATIC:
		walk_begin_collected(walk);
		break;
	case STAGE_COLLECTOR:
		if (walk_add_collected(walk, budget))
			break;
		walk->is_inexact |= walk->tracked.is_broken;
		walk->nodes.count = walk->next = walk->kept;
		walk->stage = STAGE_DONE;
		break;
	case STAGE_DONE:
		break;
	}
}

static uint64_t walk_memory(const struct walk *walk)
{
	return walk->nodes.count * sizeof(struct node) +
	       walk->containers.count * sizeof(struct walk_container) +
	       (1 + walk->owners.plane_count) *
		       visited_bytes(image_held_bytes(walk->heap->image));
}

static enum status walk_check(const struct walk *walk, struct error *err)
{
	if (walk->failure || types_ran_out_of_memory(walk->heap->types))
		return error_set(err, STATUS_NO_MEMORY,
			"not enough memory to walk the heap (%zu objects so far)", walk->kept);
	if (walk->memory_limit && walk_memory(walk) > walk->memory_limit)
		return error_set(err, STATUS_NO_MEMORY,
			"walking the heap takes more than %llu bytes (%zu objects so far)",
			(unsigned long long)walk->memory_limit, walk->kept);
	return STATUS_OK;
}

enum status walk_step(struct walk *walk, size_t budget, struct error *err)
{
	while (budget && walk->stage != STAGE_DONE && !walk->failure) {
		if (walk->next < walk->nodes.count) {
			walk_object(walk);
			budget--;
		} else {
			walk_begin_stage(walk, &budget);
		}
	}
	enum status status = walk_check(walk, err);
	if (status)
		return status;
	return walk->stage == STAGE_DONE ? STATUS_OK : STATUS_MORE;
}

static void walk_free_pages(struct array *pages)
{
	for (size_t i = 0; i < pages->count; i++)
		free(((struct type_totals **)pages->items)[i]);
	array_deinit(pages);
}

enum status walk_create(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct walk **ret, struct error *err)
{
	assert(interpreter_count);
	AUTO(walk_destroyp) struct walk *walk = calloc(1, sizeof(*walk));
	if (!walk || visited_init(&walk->visited))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the walk");
	walk->visitor.edge = walk_edge;
	walk->heap = heap;
	walk->interpreters = interpreters;
	walk->interpreter_count = interpreter_count;
	walk->totals = calloc(interpreter_count + 1, sizeof(*walk->totals));
	if (!walk->totals || walk_begin_owners(walk))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the walk");
	for (size_t i = 0; i < interpreter_count; i++)
		walk->is_inexact |= interpreters[i].gc_collecting;
	*ret = take_ptr(walk);
	return STATUS_OK;
}

void walk_destroy(struct walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < walk->roots.count; i++)
		free(((struct walk_root *)walk->roots.items)[i].label);
	array_deinit(&walk->roots);
	owners_deinit(&walk->owners);
	static_data_deinit(&walk->static_data);
	thread_names_deinit(&walk->thread_names);
	for (size_t i = 0; walk->totals && i < walk->interpreter_count; i++)
		walk_free_pages(&walk->totals[i]);
	free(walk->totals);
	big_array_deinit(&walk->containers);
	big_array_deinit(&walk->nodes);
	visited_deinit(&walk->visited);
	free(walk);
}

void walk_limit_memory(struct walk *walk, uint64_t bytes)
{
	walk->memory_limit = bytes;
}

void walk_progress(const struct walk *walk, uint64_t *met, uint64_t *expected)
{
	*met = walk->kept;
	*expected = image_held_bytes(walk->heap->image) / OBJECT_SIZE_GUESS;
	if (*expected < walk->nodes.count)
		*expected = walk->nodes.count;
}

size_t walk_count(const struct walk *walk)
{
	return walk->kept;
}

struct node walk_node(const struct walk *walk, uint32_t node)
{
	return walk_nodes(walk)[node];
}

const char *walk_root_label(const struct walk *walk, uint32_t root)
{
	return ((struct walk_root *)walk->roots.items)[root & ~WALK_ROOT].label;
}
