// SPDX-License-Identifier: MIT
#include "heap/walk.h"

#include "base/big_array.h"
#include "base/log.h"
#include "base/vector.h"
#include "heap/collector.h"
#include "heap/instance.h"
#include "heap/scan.h"
#include "heap/type.h"
#include "heap/walk_start.h"
#include "interp/runtime.h"
#include "interp/static_data.h"

#include <assert.h>
#include <stdlib.h>

enum {
	OBJECT_AHEAD = 24,    // how many nodes ahead objects are prefetched
	SATELLITE_AHEAD = 12, // and memory that they own, once the objects are there
	CACHE_LINE = 64,
	OBJECT_SIZE_GUESS = 100, // for progress only
};

VECTOR(root_list, struct walk_root)

struct walk {
	struct visitor visitor; // first: receives the edges of the current node
	const struct heap *heap;
	const struct interpreter *interpreters;
	size_t interpreter_count;
	uint64_t memory_limit;
	uint64_t held_bytes; // held by the image; kept here because counting them takes time
	struct walk_sink *sinks[WALK_SINKS_MAX];
	unsigned sink_count;
	struct walk_sink *edge_sink; // the sink that listens to edges, or NULL

	// The nodes are also the queue: nodes before next are walked or being walked.
	struct big_array nodes; // of struct graph_node
	bool nodes_are_taken;
	size_t next;
	struct visited visited;
	struct root_list roots;
	struct static_data static_data;

	bool has_back_links; // no collection was in progress
	enum walk_stage stage;
	struct collector_cursor collector; // in STAGE_TRACKED or STAGE_COLLECTOR
	bool has_collected; // the lists were followed to their ends
	uint64_t (*generations)[GENERATIONS_MAX]; // number of objects, by interpreter
	// If the lists are followed first (in STAGE_TRACKED), their objects in order, and for each
	// interpreter where its objects end.
	bool follows_first;
	struct big_array tracked; // of addr_t
	size_t *tracked_ends;
	size_t tracked_at; // the next one, in STAGE_COLLECTOR
	uint32_t collector_root; // number of the root for the collector of the first interpreter

	struct walk_figures figures;
	enum status failure; // of a function that cannot return it
};

static struct graph_node *walk_nodes(const struct walk *walk)
{
	return walk->nodes.items;
}

void walk_fail(struct walk *walk)
{
	walk->failure = STATUS_NO_MEMORY;
}

bool walk_has_failed(const struct walk *walk)
{
	return walk->failure;
}

void walk_count_unreadable(struct walk *walk)
{
	walk->figures.unreadable++;
}

bool walk_is_certain(const struct walk *walk, addr_t address)
{
	return object_is_certain(walk->heap, address, walk->has_back_links);
}

// Counts something that could not be read. subject is the node or root that refers to it.
static void drop(struct walk *walk, addr_t address, const char *why, size_t subject)
{
	walk->figures.unreadable++;
	if (!log_enabled(LOG_HEAP))
		return;
	const char *name = "a root";
	if (subject < GRAPH_ROOT)
		name = types_by_id(walk->heap->types, walk_nodes(walk)[subject].type)->name;
	log_trace(LOG_HEAP, "%#llx: %s %s", (unsigned long long)address, why, name);
}

// Marks an object in a page of the image as met. False: it was met before, or memory ran out.
static bool mark(struct walk *walk, addr_t address)
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

static void push(struct walk *walk, addr_t address, uint32_t parent)
{
	struct graph_node *node = big_array_next(&walk->nodes, sizeof(*node));
	if (__builtin_expect(!node || walk->nodes.count >= GRAPH_ROOT, 0)) {
		walk_fail(walk);
		return;
	}
	*node = (struct graph_node){.address = address, .parent = parent, .type = GRAPH_NONE};
	walk->nodes.count++;
}

void walk_add(struct walk *walk, addr_t address, uint32_t parent)
{
	if (image_holds_page(walk->heap->image, address) && mark(walk, address))
		push(walk, address, parent);
}

uint32_t walk_add_root(struct walk *walk, const struct walk_root *root)
{
	if (walk->roots.count >= GRAPH_ROOT || root_list_add(&walk->roots, *root)) {
		walk_fail(walk);
		return GRAPH_ROOT;
	}
	return (uint32_t)walk->roots.count - 1;
}

void walk_refer(struct walk *walk, uint32_t root, addr_t address)
{
	for (unsigned i = 0; i < walk->sink_count; i++)
		if (walk->sinks[i]->ops->root)
			walk->sinks[i]->ops->root(
				walk->sinks[i], &walk->roots.items[root], root, address);
	walk_add(walk, address, GRAPH_ROOT + root);
}

size_t walk_met(const struct walk *walk)
{
	return walk->nodes.count;
}

bool walk_wants_roots(const struct walk *walk)
{
	for (unsigned i = 0; i < walk->sink_count; i++)
		if (walk->sinks[i]->ops->root)
			return true;
	return false;
}

// Adds the target of a reference as a node unless it was met. Returns whether it is a reference.
static inline __attribute__((always_inline)) bool take_edge(
	struct walk *walk, addr_t to, enum edge edge, uint32_t *ret_node)
{
	uint32_t node = (uint32_t)walk->next - 1;
	if (__builtin_expect(!image_holds_page(walk->heap->image, to), 0)) {
		if (edge != EDGE_OPAQUE)
			drop(walk, to, "not in the copy, referenced by", node);
		return false;
	}
	*ret_node = GRAPH_ROOT;
	if (edge == EDGE_OPAQUE) {
		if (visited_has(&walk->visited, to))
			return true;
		if (!walk_is_certain(walk, to))
			return false;
	}
	if (mark(walk, to)) {
		*ret_node = (uint32_t)walk->nodes.count;
		push(walk, to, node);
	}
	return true;
}

// There are two visitors: this one, for walks without a sink for edges, makes no call for each
// edge.
static void silent_edge(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	uint32_t node;
	(void)detail;
	take_edge((struct walk *)visitor, to, edge, &node);
}

static void told_edge(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct walk *walk = (struct walk *)visitor;
	uint32_t node;
	if (take_edge(walk, to, edge, &node))
		walk->edge_sink->ops->edge(walk->edge_sink, to, node, edge, detail);
}

static void fetch(const struct walk *walk, addr_t address)
{
	__builtin_prefetch(image_destination(walk->heap->image, address));
}

// Prefetches memory that later nodes will need: in a heap that has been in use for long, each
// object is a cache miss, and so is what it owns. An address outside of the image does no harm.
static void fetch_ahead(const struct walk *walk)
{
	const struct graph_node *next = walk_nodes(walk) + walk->next;
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

// Walks the next node of the queue.
static void walk_object(struct walk *walk)
{
	fetch_ahead(walk);
	uint32_t number = (uint32_t)walk->next++;
	struct graph_node *node = &walk_nodes(walk)[number];
	struct object object;
	if (!object_read(walk->heap, node->address, &object)) {
		drop(walk, node->address, "no object, referenced by", node->parent);
		return;
	}
	node->type = object.type->id;
	struct walk_object event = {.node = number, .parent = node->parent, .object = &object};
	bool good = object_size(walk->heap, &object, &event.bytes) == STATUS_OK;
	event.is_tracked = object_is_tracked(walk->heap, &object);
	walk->figures.unreached += event.is_tracked && walk->stage == STAGE_COLLECTOR;
	for (unsigned i = 0; i < walk->sink_count; i++)
		good &= walk->sinks[i]->ops->object(walk->sinks[i], &event);
	good &= object_edges(walk->heap, &object, &walk->visitor) == STATUS_OK;
	if (!good)
		drop(walk, object.address, "read in part:", number);
}

// The next object of the collectors' lists, which are followed once. False at the end.
static bool next_collected(struct walk *walk, addr_t *ret, size_t *ret_interpreter)
{
	if (walk->has_collected)
		return false;
	if (collector_next(&walk->collector, ret)) {
		*ret_interpreter = walk->collector.interpreter;
		return true;
	}
	walk->has_collected = true;
	walk->figures.is_inexact |= walk->collector.is_broken;
	return false;
}

static void keep_tracked(struct walk *walk, addr_t address, size_t interpreter)
{
	addr_t *place = big_array_next(&walk->tracked, sizeof(*place));
	if (!place) {
		walk_fail(walk);
		return;
	}
	*place = address;
	walk->tracked_ends[interpreter] = ++walk->tracked.count;
	for (unsigned i = 0; i < walk->sink_count; i++)
		if (walk->sinks[i]->ops->tracked)
			walk->sinks[i]->ops->tracked(walk->sinks[i], address, (uint32_t)interpreter);
}

// Tells sinks which interpreter tracks which object, and remembers the objects for the end. False
// when done.
static bool follow_first(struct walk *walk, size_t *budget)
{
	addr_t address;
	size_t interpreter;
	while (walk->follows_first && *budget && !walk->failure) {
		if (!next_collected(walk, &address, &interpreter))
			return false;
		--*budget;
		keep_tracked(walk, address, interpreter);
	}
	return walk->follows_first && !walk->failure;
}

// The next tracked object at the end of the walk: from the lists, or as they were at the start.
static bool next_tracked(struct walk *walk, addr_t *ret, size_t *ret_interpreter)
{
	if (!walk->follows_first)
		return next_collected(walk, ret, ret_interpreter);
	if (walk->tracked_at == walk->tracked.count)
		return false;
	size_t interpreter = 0;
	while (walk->tracked_at >= walk->tracked_ends[interpreter])
		interpreter++;
	*ret = ((const addr_t *)walk->tracked.items)[walk->tracked_at++];
	*ret_interpreter = interpreter;
	return true;
}

// Adds the next object of the collector's lists that was not met. False at the end.
static bool add_collected(struct walk *walk, size_t *budget)
{
	addr_t address;
	size_t interpreter;
	while (*budget && next_tracked(walk, &address, &interpreter)) {
		--*budget;
		if (visited_has(&walk->visited, address))
			continue;
		if (image_holds_page(walk->heap->image, address))
			walk_refer(walk, walk->collector_root + (uint32_t)interpreter, address);
		return true;
	}
	return !*budget;
}

static void begin_collected(struct walk *walk)
{
	walk->stage = STAGE_COLLECTOR;
	walk->collector_root = (uint32_t)walk->roots.count;
	for (size_t i = 0; i < walk->interpreter_count && !walk->failure; i++)
		walk_add_root(walk, &(struct walk_root){.id = {.kind = ROOT_COLLECTOR},
					    .interpreter = (uint32_t)i});
}

// Begins the next stage, when everything met so far is walked.
static void begin_stage(struct walk *walk, size_t *budget)
{
	switch (walk->stage) {
	case STAGE_TRACKED:
		if (!follow_first(walk, budget))
			walk->stage = STAGE_MODULES;
		break;
	case STAGE_MODULES:
		walk_start_modules(walk);
		walk->stage = STAGE_ROOTS;
		walk_start_roots(walk, STAGE_ROOTS);
		break;
	case STAGE_ROOTS:
	case STAGE_TYPES:
		walk_start_roots(walk, ++walk->stage);
		break;
	case STAGE_STRINGS:
		walk->stage = STAGE_STATIC;
		walk_start_static(walk);
		break;
	case STAGE_STATIC:
		begin_collected(walk);
		break;
	case STAGE_COLLECTOR:
		if (!add_collected(walk, budget))
			walk->stage = STAGE_DONE;
		break;
	case STAGE_DONE:
		break;
	}
}

static uint64_t sink_memory(const struct walk_sink *sink)
{
	return sink->ops->memory ? sink->ops->memory(sink) : 0;
}

static uint64_t walk_memory(const struct walk *walk)
{
	uint64_t bytes = walk->nodes.count * sizeof(struct graph_node) +
			 walk->tracked.count * sizeof(addr_t) +
			 visited_bytes(walk->held_bytes);
	for (unsigned i = 0; i < walk->sink_count; i++)
		bytes += sink_memory(walk->sinks[i]);
	return bytes;
}

static void remove_sink(struct walk *walk, unsigned number)
{
	const struct walk_sink *sink = walk->sinks[number];
	log_trace(LOG_HEAP, "%s is given up: %s", sink->ops->name, status_text(sink->status));
	if (walk->edge_sink == sink) {
		walk->edge_sink = NULL;
		walk->visitor.edge = silent_edge;
	}
	walk->sinks[number] = walk->sinks[--walk->sink_count];
}

// Removes optional sinks that failed; if memory is short, all optional sinks.
static enum status check_sinks(struct walk *walk)
{
	bool is_short = walk->memory_limit && walk_memory(walk) > walk->memory_limit;
	enum status status = STATUS_OK;
	for (unsigned i = walk->sink_count; i-- > 0;) {
		struct walk_sink *sink = walk->sinks[i];
		if (is_short && sink->ops->is_optional)
			sink->status = STATUS_NO_MEMORY;
		if (sink->status && sink->ops->is_optional)
			remove_sink(walk, i);
		else if (sink->status)
			status = sink->status;
	}
	return status;
}

static enum status check(struct walk *walk, struct error *err)
{
	enum status status = check_sinks(walk);
	if (status || walk->failure || types_ran_out_of_memory(walk->heap->types))
		return error_set(err, STATUS_NO_MEMORY,
			"not enough memory to walk the heap (%zu objects so far)", walk->next);
	if (walk->memory_limit && walk_memory(walk) > walk->memory_limit)
		return error_set(err, STATUS_NO_MEMORY,
			"walking the heap takes more than %llu bytes (%zu objects so far)",
			(unsigned long long)walk->memory_limit, walk->next);
	return STATUS_OK;
}

enum status walk_step(struct walk *walk, size_t budget, struct error *err)
{
	while (budget && walk->stage != STAGE_DONE && !walk->failure) {
		if (walk->next < walk->nodes.count) {
			walk_object(walk);
			budget--;
		} else {
			begin_stage(walk, &budget);
		}
	}
	enum status status = check(walk, err);
	if (status)
		return status;
	return walk->stage == STAGE_DONE ? STATUS_OK : STATUS_MORE;
}

// CPython 3.8 has one collector for all interpreters (interpreters.c), so its lists do not tell
// which interpreter an object belongs to.
static bool have_own_collectors(const struct walk *walk)
{
	for (size_t i = 0; i < walk->interpreter_count; i++)
		if (!walk->interpreters[i].generation_count)
			return false;
	return walk->interpreter_count > 1;
}

enum status walk_create(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct walk **ret, struct error *err)
{
	assert(interpreter_count);
	AUTO(walk_destroyp) struct walk *walk = calloc(1, sizeof(*walk));
	if (!walk || visited_init(&walk->visited))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the walk");
	walk->visitor.edge = silent_edge;
	walk->heap = heap;
	walk->held_bytes = image_held_bytes(heap->image);
	walk->interpreters = interpreters;
	walk->interpreter_count = interpreter_count;
	walk->follows_first = have_own_collectors(walk);
	walk->generations = calloc(interpreter_count, sizeof(*walk->generations));
	walk->tracked_ends = calloc(interpreter_count, sizeof(*walk->tracked_ends));
	if (!walk->generations || !walk->tracked_ends)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the walk");
	const struct capture *capture = heap->python.memory.capture;
	enum status status = capture ? static_data_read(capture, &walk->static_data) : STATUS_OK;
	if (status == STATUS_NO_MEMORY)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the walk");
	if (status) {
		log_trace(LOG_HEAP, "no static data: %s", status_text(status));
		walk->figures.unreadable++;
	}
	for (size_t i = 0; i < interpreter_count; i++)
		walk->figures.is_inexact |= interpreters[i].gc_collecting;
	walk->has_back_links = !walk->figures.is_inexact;
	collector_cursor_init(&walk->collector, heap, interpreters, interpreter_count);
	walk->collector.counts = walk->generations;
	*ret = take_ptr(walk);
	return STATUS_OK;
}

void walk_destroy(struct walk *walk)
{
	if (!walk)
		return;
	root_list_deinit(&walk->roots);
	static_data_deinit(&walk->static_data);
	free(walk->generations);
	free(walk->tracked_ends);
	big_array_deinit(&walk->tracked);
	if (!walk->nodes_are_taken)
		big_array_deinit(&walk->nodes);
	visited_deinit(&walk->visited);
	free(walk);
}

void walk_add_sink(struct walk *walk, struct walk_sink *sink)
{
	assert(walk->sink_count < WALK_SINKS_MAX && !(sink->ops->edge && walk->edge_sink));
	walk->sinks[walk->sink_count++] = sink;
	if (sink->ops->edge) {
		walk->edge_sink = sink;
		walk->visitor.edge = told_edge;
	}
}

void walk_limit_memory(struct walk *walk, uint64_t bytes)
{
	walk->memory_limit = bytes;
}

void walk_progress(const struct walk *walk, uint64_t *met, uint64_t *expected)
{
	*met = walk->next;
	*expected = walk->held_bytes / OBJECT_SIZE_GUESS;
	if (*expected < walk->nodes.count)
		*expected = walk->nodes.count;
}

size_t walk_count(const struct walk *walk)
{
	return walk->next;
}

struct graph_node walk_node(const struct walk *walk, uint32_t node)
{
	return walk_nodes(walk)[node];
}

struct big_array walk_take_nodes(struct walk *walk)
{
	assert(walk->stage == STAGE_DONE && !walk->nodes_are_taken);
	walk->nodes_are_taken = true;
	return walk->nodes;
}

size_t walk_root_count(const struct walk *walk)
{
	return walk->roots.count;
}

const struct walk_root *walk_root(const struct walk *walk, uint32_t root)
{
	return &walk->roots.items[root & ~GRAPH_ROOT];
}

const struct heap *walk_heap(const struct walk *walk)
{
	return walk->heap;
}

const struct interpreter *walk_interpreters(const struct walk *walk, size_t *ret_count)
{
	*ret_count = walk->interpreter_count;
	return walk->interpreters;
}

const struct visited *walk_visited(const struct walk *walk)
{
	return &walk->visited;
}

const struct static_data *walk_static_data(const struct walk *walk)
{
	return &walk->static_data;
}

struct walk_figures walk_figures(const struct walk *walk)
{
	return walk->figures;
}

uint64_t walk_generation(struct walk *walk, size_t interpreter, unsigned generation)
{
	addr_t address;
	size_t whose;
	while (next_collected(walk, &address, &whose))
		;
	return walk->generations[interpreter][generation];
}
