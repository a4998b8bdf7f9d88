// SPDX-License-Identifier: MIT
#include "heap/graph_builder.h"

#include "base/log.h"
#include "base/map.h"
#include "graph/graph.h"
#include "heap/rank.h"
#include "heap/type.h"
#include "heap/walk.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t LATER = UINT32_MAX - 1; // a target or detail that is looked up after the walk

enum {
	NAMES_RECENT = 256, // a power of two
	GRAIN = 1 << VISITED_GRAIN_BITS,
	BATCH = 64, // addresses that are looked up together
};

MAP_U64(name_numbers, uint32_t)

struct root_reference {
	addr_t to;
	struct graph_root root;
};

VECTOR(root_references, struct root_reference)

enum phase {
	PHASE_WALK,
	PHASE_RANK,    // ranks of all addresses
	PHASE_INDEX,   // the number of the node for each rank
	PHASE_TARGETS, // looks up targets by their addresses
	PHASE_EDGES,   // removes edges that lead to no object
	PHASE_TABLES,  // looks up roots, types and names by their addresses
	PHASE_REVERSE,
	PHASE_DONE,
};

struct graph_builder {
	struct walk_sink sink; // first
	struct walk *walk;
	const struct heap *heap;
	uint64_t held_bytes; // held by the image; kept here because counting them takes time
	struct graph graph;
	enum phase phase;
	bool has_gaps; // some nodes are not objects
	bool has_odd;  // some nodes are not aligned to 16 bytes
	size_t edge_capacity; // of targets, kinds and details; only targets counts by itself
	bool owns_type; // the current object owns a reference to its type, which is a heap type

	struct big_array addresses; // of addr_t: the targets that are LATER, in order
	struct root_references roots;
	struct name_numbers name_numbers; // by address
	struct {
		addr_t address;
		uint32_t number;
	} recent[NAMES_RECENT]; // recently used names, by bits of their address

	struct rank rank;
	struct big_array index; // of uint32_t: node numbers by rank
	uint32_t node;		// the next node of the current phase
	size_t address;		// the next position in addresses
	uint32_t edge, kept;	// where edges are read, and where they are written
	struct graph_reverse reverse;
};

static void fail(struct graph_builder *builder, enum status status)
{
	builder->sink.status = status;
}

static bool add_u32(struct big_array *array, uint32_t value)
{
	uint32_t *place = big_array_next(array, sizeof(*place));
	if (!place)
		return false;
	*place = value;
	array->count++;
	return true;
}

static bool add_address(struct big_array *array, addr_t value)
{
	addr_t *place = big_array_next(array, sizeof(*place));
	if (!place)
		return false;
	*place = value;
	array->count++;
	return true;
}

// Adds the next node, without edges.
static bool add_node(struct graph_builder *builder, uint64_t bytes)
{
	struct graph *graph = &builder->graph;
	uint32_t size = bytes < GRAPH_SIZE_BIG ? (uint32_t)bytes : GRAPH_SIZE_BIG;
	if (size == GRAPH_SIZE_BIG &&
		graph_big_sizes_add(&graph->big_sizes,
			(struct graph_big_size){graph->node_count, bytes}))
		return false;
	if (!add_u32(&graph->sizes, size) ||
		!add_u32(&graph->first_edges, (uint32_t)graph->targets.count))
		return false;
	graph->node_count++;
	return true;
}

// Adds nodes without edges for those before end that turned out not to be objects.
static bool add_gap(struct graph_builder *builder, size_t end)
{
	while (builder->graph.node_count < end) {
		builder->has_gaps = true;
		if (!add_node(builder, 0))
			return false;
	}
	return true;
}

static void add_root(struct graph_builder *builder, addr_t to, const struct graph_root *root)
{
	if (root_references_add(&builder->roots, (struct root_reference){to, *root}))
		fail(builder, STATUS_NO_MEMORY);
}

static void take_root(
	struct walk_sink *sink, const struct walk_root *root, uint32_t number, addr_t to)
{
	const struct graph_root made = {
		.number = number,
		.kind = root->id.kind,
		.interpreter = root->interpreter,
		.holder = root->id.holder,
	};
	add_root((struct graph_builder *)sink, to, &made);
}

static bool take_object(struct walk_sink *sink, const struct walk_object *object)
{
	struct graph_builder *builder = (struct graph_builder *)sink;
	const struct type *type = object->object->type;
	addr_t address = object->object->address;
	if (!add_gap(builder, object->node) ||
		!add_node(builder, object->bytes))
		fail(builder, STATUS_NO_MEMORY);
	// An instance owns a reference to its type only if that is a heap type (Objects/object.c,
	// _PyObject_Init(), 3.8 on).
	builder->owns_type = type->flags & TYPE_FLAG_HEAP;
	if (type->is_metatype && object_is_static_type(builder->heap, object->object))
		add_root(builder, address,
			&(struct graph_root){.kind = ROOT_STATIC_TYPE, .number = GRAPH_NONE, .holder = address});
	return true;
}

static uint32_t add_name(struct graph_builder *builder, addr_t address)
{
	uint32_t *number = name_numbers_find(&builder->name_numbers, address);
	if (number)
		return *number;
	struct graph_names *names = &builder->graph.names;
	number = names->count < LATER ? name_numbers_add(&builder->name_numbers, address) : NULL;
	if (!number || graph_names_add(names, (struct graph_name){address, GRAPH_NONE})) {
		fail(builder, STATUS_NO_MEMORY);
		return GRAPH_NONE;
	}
	*number = (uint32_t)names->count - 1;
	return *number;
}

static uint32_t find_name(struct graph_builder *builder, addr_t address)
{
	if (!address)
		return GRAPH_NONE;
	size_t place = (address >> 3 ^ address >> 11) % NAMES_RECENT;
	if (builder->recent[place].address != address) {
		builder->recent[place].number = add_name(builder, address);
		builder->recent[place].address = address;
	}
	return builder->recent[place].number;
}

// The detail of an edge as the graph stores it. LATER: the detail is the target of the previous
// edge.
static uint32_t encode(struct graph_builder *builder, enum edge edge, uint64_t detail)
{
	switch (edge) {
	case EDGE_ATTRIBUTE:
	case EDGE_SLOT:
	case EDGE_LOCAL:
		return find_name(builder, detail);
	case EDGE_VALUE:
		return LATER;
	case EDGE_FIELD:
	case EDGE_INDEX:
	case EDGE_KEY:
	case EDGE_ELEMENT:
	case EDGE_STACK:
	case EDGE_OPAQUE:
	case EDGE_TYPE:
		break;
	}
	return detail < LATER ? (uint32_t)detail : GRAPH_NONE;
}

// Makes room for one element after count, in an array whose count is not kept up to date.
static bool make_room(struct big_array *array, size_t item_size, size_t count)
{
	array->count = count;
	return big_array_next(array, item_size);
}

// Makes room for at least one more edge.
static bool grow_edges(struct graph_builder *builder)
{
	struct graph *graph = &builder->graph;
	size_t count = graph->targets.count;
	if (count >= GRAPH_EDGES_MAX) {
		fail(builder, STATUS_UNSUPPORTED);
		return false;
	}
	if (!make_room(&graph->targets, sizeof(uint32_t), count) ||
		!make_room(&graph->kinds, sizeof(uint8_t), count) ||
		!make_room(&graph->details, sizeof(uint32_t), count)) {
		fail(builder, STATUS_NO_MEMORY);
		return false;
	}
	const size_t capacities[] = {graph->targets.bytes / sizeof(uint32_t), graph->kinds.bytes,
		graph->details.bytes / sizeof(uint32_t), GRAPH_EDGES_MAX};
	builder->edge_capacity = capacities[0];
	for (size_t i = 1; i < sizeof(capacities) / sizeof(capacities[0]); i++)
		if (capacities[i] < builder->edge_capacity)
			builder->edge_capacity = capacities[i];
	return true;
}

static void take_edge(
	struct walk_sink *sink, addr_t to, uint32_t node, enum edge edge, uint64_t detail)
{
	struct graph_builder *builder = (struct graph_builder *)sink;
	struct graph *graph = &builder->graph;
	if (edge == EDGE_TYPE && !builder->owns_type)
		return;
	if (__builtin_expect(graph->targets.count == builder->edge_capacity, 0) &&
		!grow_edges(builder))
		return;
	if (node == GRAPH_ROOT) {
		node = LATER;
		if (__builtin_expect(!add_address(&builder->addresses, to), 0))
			fail(builder, STATUS_NO_MEMORY);
	}
	size_t number = graph->targets.count++;
	((uint32_t *)graph->targets.items)[number] = node;
	((uint8_t *)graph->kinds.items)[number] = (uint8_t)edge;
	((uint32_t *)graph->details.items)[number] = encode(builder, edge, detail);
}

// The memory in use now, and the most that will be added until the graph is done.
static uint64_t builder_memory(const struct walk_sink *sink)
{
	const struct graph_builder *builder = (const struct graph_builder *)sink;
	const struct graph *graph = &builder->graph;
	uint64_t reverse = 4 * ((uint64_t)graph->node_count + graph->targets.count);
	uint64_t lookup = builder->addresses.count * sizeof(addr_t) + 4 * (uint64_t)graph->node_count +
			  rank_bytes(builder->held_bytes);
	return graph_bytes(graph->node_count, graph->targets.count) +
	       (reverse > lookup ? reverse : lookup) +
	       builder->roots.count * sizeof(struct root_reference) +
	       graph->names.count * (sizeof(struct graph_name) + 32);
}

static const struct walk_sink_ops ops = {
	.name = "the graph",
	.root = take_root,
	.object = take_object,
	.edge = take_edge,
	.memory = builder_memory,
	.is_optional = true,
};

enum status graph_builder_create(struct walk *walk, struct graph_builder **ret)
{
	struct graph_builder *builder = calloc(1, sizeof(*builder));
	if (!builder)
		return STATUS_NO_MEMORY;
	builder->sink.ops = &ops;
	builder->walk = walk;
	builder->heap = walk_heap(walk);
	builder->held_bytes = image_held_bytes(builder->heap->image);
	walk_add_sink(walk, &builder->sink);
	*ret = builder;
	return STATUS_OK;
}

static void forget_lookup(struct graph_builder *builder)
{
	big_array_deinit(&builder->addresses);
	big_array_deinit(&builder->index);
	rank_deinit(&builder->rank);
}

void graph_builder_destroy(struct graph_builder *builder)
{
	if (!builder)
		return;
	forget_lookup(builder);
	root_references_deinit(&builder->roots);
	name_numbers_deinit(&builder->name_numbers);
	graph_deinit(&builder->graph);
	free(builder);
}

// The node at an address that has this rank. Two addresses in the same 16 bytes have the same rank.
// If all nodes are aligned to 16 bytes and are objects, the address need not be compared.
static uint32_t node_at(const struct graph_builder *builder, addr_t address, uint32_t rank)
{
	if (rank == GRAPH_NONE)
		return GRAPH_NONE;
	uint32_t node = ((const uint32_t *)builder->index.items)[rank];
	if (!builder->has_gaps && !builder->has_odd)
		return node;
	const struct graph_node *found = graph_node(&builder->graph, node);
	return found->address == address && found->type != GRAPH_NONE ? node : GRAPH_NONE;
}

// The rank of an address, which may be any value; GRAPH_NONE if no node has it.
static uint32_t find_rank(const struct graph_builder *builder, addr_t address)
{
	bool is_odd = address % GRAIN && !builder->has_odd;
	if (is_odd || !visited_has(builder->rank.visited, address))
		return GRAPH_NONE;
	return rank_of(&builder->rank, address);
}

static uint32_t find_node(const struct graph_builder *builder, addr_t address)
{
	return node_at(builder, address, find_rank(builder, address));
}

static enum status begin(struct graph_builder *builder)
{
	if (!add_gap(builder, walk_count(builder->walk)) ||
		!add_u32(&builder->graph.first_edges, (uint32_t)builder->graph.targets.count))
		return STATUS_NO_MEMORY;
	builder->graph.nodes = walk_take_nodes(builder->walk);
	builder->phase = PHASE_RANK;
	return rank_init(&builder->rank, walk_visited(builder->walk), builder->heap->image);
}

static enum status step_rank(struct graph_builder *builder, size_t budget)
{
	enum status status = rank_step(&builder->rank, budget);
	if (status)
		return status == STATUS_MORE ? STATUS_OK : status;
	builder->phase = PHASE_INDEX;
	return big_array_make(&builder->index, sizeof(uint32_t), builder->rank.count);
}

// The following steps work in batches: where memory is not in the cache, all accesses of a batch
// are under way together, and ranks for the next batch are fetched while this one's are used.
static void index_batch(struct graph_builder *builder, uint32_t count)
{
	const struct graph_node *nodes = graph_node(&builder->graph, builder->node);
	uint32_t *index = builder->index.items, left = builder->graph.node_count - builder->node;
	uint32_t ranks[BATCH] = {0};
	for (uint32_t i = count; i < count + BATCH && i < left; i++)
		rank_fetch(&builder->rank, nodes[i].address);
	for (uint32_t i = 0; i < count; i++) {
		builder->has_odd |= nodes[i].address % GRAIN != 0;
		ranks[i] = rank_of(&builder->rank, nodes[i].address);
		__builtin_prefetch(&index[ranks[i]], 1);
	}
	for (uint32_t i = 0; i < count; i++)
		index[ranks[i]] = builder->node + i;
	builder->node += count;
}

static void step_index(struct graph_builder *builder, size_t budget)
{
	const struct graph *graph = &builder->graph;
	for (size_t done = 0; builder->node < graph->node_count && done < budget; done += BATCH) {
		uint32_t left = graph->node_count - builder->node;
		index_batch(builder, left < BATCH ? left : BATCH);
	}
	if (builder->node < graph->node_count)
		return;
	builder->phase = PHASE_TARGETS;
	builder->node = 0;
}

// Writes the numbers of the nodes over the first half of the array, which was read before.
static void find_batch(struct graph_builder *builder, size_t count)
{
	const addr_t *addresses = (const addr_t *)builder->addresses.items + builder->address;
	size_t left = builder->addresses.count - builder->address;
	addr_t batch[BATCH];
	uint32_t ranks[BATCH];
	for (size_t i = count; i < count + BATCH && i < left; i++)
		rank_fetch(&builder->rank, addresses[i]);
	memcpy(batch, addresses, count * sizeof(*batch));
	for (size_t i = 0; i < count; i++) {
		ranks[i] = find_rank(builder, batch[i]);
		if (ranks[i] != GRAPH_NONE)
			__builtin_prefetch((const uint32_t *)builder->index.items + ranks[i]);
	}
	uint32_t *numbers = (uint32_t *)builder->addresses.items + builder->address;
	for (size_t i = 0; i < count; i++)
		numbers[i] = node_at(builder, batch[i], ranks[i]);
	builder->address += count;
}

static void step_targets(struct graph_builder *builder, size_t budget)
{
	size_t count = builder->addresses.count;
	for (size_t done = 0; builder->address < count && done < budget; done += BATCH) {
		size_t left = count - builder->address;
		find_batch(builder, left < BATCH ? left : BATCH);
	}
	if (builder->address < count)
		return;
	builder->phase = PHASE_EDGES;
	builder->address = 0;
}

// Moves the edges of the next node to their final place and removes those that lead to no object.
// The edge to a value comes right after that to its key. While no edge was removed there is little
// to write.
static void settle_node(struct graph_builder *builder)
{
	struct graph *graph = &builder->graph;
	const uint32_t *found = builder->addresses.items;
	uint32_t *first_edges = graph->first_edges.items;
	uint32_t *targets = graph->targets.items, *details = graph->details.items;
	uint8_t *edge_kinds = graph->kinds.items;
	uint32_t begin = builder->edge, end = first_edges[builder->node + 1], kept = builder->kept;
	uint32_t before = GRAPH_NONE; // the target of the previous edge
	size_t next_found = builder->address;
	bool has_gaps = builder->has_gaps;
	first_edges[builder->node] = kept;
	for (uint32_t edge = begin; edge < end; edge++) {
		uint32_t target = targets[edge];
		if (target == LATER)
			target = found[next_found++];
		else if (has_gaps && graph_node(graph, target)->type == GRAPH_NONE)
			target = GRAPH_NONE;
		targets[kept] = target;
		if (details[edge] == LATER)
			details[edge] = edge > begin && edge_kinds[edge - 1] == EDGE_KEY
				? before : GRAPH_NONE;
		before = target;
		if (kept != edge) {
			edge_kinds[kept] = edge_kinds[edge];
			details[kept] = details[edge];
		}
		kept += target != GRAPH_NONE;
	}
	builder->address = next_found;
	builder->edge = end;
	builder->kept = kept;
}

static void step_edges(struct graph_builder *builder, size_t budget)
{
	struct graph *graph = &builder->graph;
	uint32_t *first_edges = graph->first_edges.items;
	for (size_t done = 0; builder->node < graph->node_count && done < budget; builder->node++) {
		done += 1 + first_edges[builder->node + 1] - builder->edge;
		settle_node(builder);
	}
	if (builder->node < graph->node_count)
		return;
	first_edges[graph->node_count] = builder->kept;
	graph->edge_count = builder->kept;
	graph->targets.count = graph->kinds.count = graph->details.count = builder->kept;
	builder->phase = PHASE_TABLES;
}

static enum status find_roots(struct graph_builder *builder)
{
	vector_for_each(reference, &builder->roots) {
		struct graph_root root = reference->root;
		root.node = find_node(builder, reference->to);
		if (root.node != GRAPH_NONE && graph_roots_add(&builder->graph.roots, root))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

static enum status make_types(struct graph_builder *builder)
{
	struct graph_types *types = &builder->graph.type_list;
	size_t count = types_count(builder->heap->types);
	for (uint32_t id = 0; id < count; id++) {
		const struct type *type = types_by_id(builder->heap->types, id);
		struct graph_type made = {strdup(type->name), find_node(builder, type->address)};
		if (!made.name || graph_types_add(types, made)) {
			free(made.name);
			return STATUS_NO_MEMORY;
		}
	}
	return STATUS_OK;
}

static enum status make_tables(struct graph_builder *builder)
{
	enum status status = find_roots(builder);
	if (!status)
		status = make_types(builder);
	vector_for_each(name, &builder->graph.names)
		name->node = find_node(builder, name->address);
	// Reuse this memory, which is not needed any more.
	builder->graph.sources = builder->addresses;
	builder->graph.first_sources = builder->index;
	builder->addresses = builder->index = (struct big_array){0};
	forget_lookup(builder);
	root_references_deinit(&builder->roots);
	name_numbers_deinit(&builder->name_numbers);
	builder->reverse.graph = &builder->graph;
	builder->phase = PHASE_REVERSE;
	return status;
}

static enum status step_reverse(struct graph_builder *builder, size_t budget)
{
	enum status status = graph_reverse_step(&builder->reverse, budget);
	if (!status)
		builder->phase = PHASE_DONE;
	return status == STATUS_MORE ? STATUS_OK : status;
}

static enum status step(struct graph_builder *builder, size_t budget)
{
	switch (builder->phase) {
	case PHASE_WALK:
		return begin(builder);
	case PHASE_RANK:
		return step_rank(builder, budget);
	case PHASE_INDEX:
		step_index(builder, budget);
		break;
	case PHASE_TARGETS:
		step_targets(builder, budget);
		break;
	case PHASE_EDGES:
		step_edges(builder, budget);
		break;
	case PHASE_TABLES:
		return make_tables(builder);
	case PHASE_REVERSE:
		return step_reverse(builder, budget);
	case PHASE_DONE:
		break;
	}
	return STATUS_OK;
}

enum status graph_builder_step(struct graph_builder *builder, size_t budget, struct error *err)
{
	if (!builder->sink.status)
		builder->sink.status = step(builder, budget);
	const struct graph *graph = &builder->graph;
	if (builder->sink.status == STATUS_UNSUPPORTED)
		return error_set(err, STATUS_UNSUPPORTED,
			"there are more references than the %llu that a graph can hold",
			(unsigned long long)GRAPH_EDGES_MAX);
	if (builder->sink.status)
		return error_set(err, builder->sink.status,
			"not enough memory for the graph of the heap (%zu objects and %zu references "
			"so far)",
			(size_t)graph->node_count, graph->targets.count);
	return builder->phase == PHASE_DONE ? STATUS_OK : STATUS_MORE;
}

struct graph graph_builder_take(struct graph_builder *builder)
{
	struct graph graph = builder->graph;
	builder->graph = (struct graph){0};
	return graph;
}

uint64_t graph_builder_bytes(const struct graph_builder *builder)
{
	const struct graph *graph = &builder->graph;
	return graph_bytes(graph->node_count, graph->targets.count) +
	       builder->addresses.count * sizeof(addr_t) + builder->index.count * sizeof(uint32_t);
}
