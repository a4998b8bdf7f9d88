// SPDX-License-Identifier: MIT
// The graph of a literal heap, edge by edge; and what happens when memory is short.
#include "heap/graph_builder.h"

#include "../failing.h"
#include "../failing_maps.h"
#include "../test.h"
#include "graph/graph.h"
#include "walked.h"

enum { BUDGET = 3 }; // small: walk and builder must carry on where they stopped

// __main__.cache is a dict {"k": [inner, inner]}; __main__.session an instance with a slot and a class
// of its own; a list that only the collector knows.
struct program {
	struct fake fake;
	addr_t modules, main, globals, cache, key, outer, inner, session, class, slot_value, garbage;
	addr_t cache_name, session_name, main_name, slot_name;
};

static void add_slot(struct fake *fake, addr_t class, addr_t name, uint64_t offset)
{
	addr_t member = class + fake->layout.field[FIELD_heap_type_size];
	uint32_t object_type = 16, at = (uint32_t)offset; // Py_T_OBJECT_EX (Include/descrobject.h)
	fake_set(fake, member, FIELD_member_name, name);
	memcpy(image_destination(fake->image, member + fake->layout.field[FIELD_member_type]),
		&object_type, sizeof(object_type));
	fake_poke(fake, member + fake->layout.field[FIELD_member_offset], at);
}

static void make_program(struct program *program, uint32_t version)
{
	struct fake *fake = &program->fake;
	fake_init(fake, version);
	program->inner = fake_list(fake, NULL, 0);
	program->outer = fake_list(fake, (addr_t[]){program->inner, 0, program->inner}, 3);
	program->key = fake_str(fake, "k");
	program->cache = fake_dict(fake, &program->key, &program->outer, 1);
	program->slot_value = fake_list(fake, (addr_t[]){program->cache}, 1);
	program->class = fake_class(fake, "__main__", "Session", 24, 0, fake->object, 1);
	program->slot_name = fake_c_string(fake, "state");
	add_slot(fake, program->class, program->slot_name, 16);
	program->session = fake_object(fake, program->class, 24);
	fake_poke(fake, program->session + 16, program->slot_value);
	program->garbage = fake_list(fake, (addr_t[]){program->inner}, 1);
	fake_track(fake, program->garbage);
	fake_track(fake, program->cache);

	program->cache_name = fake_str(fake, "cache");
	program->session_name = fake_str(fake, "session");
	addr_t names[] = {program->cache_name, program->session_name};
	addr_t values[] = {program->cache, program->session};
	program->main = fake_module(fake, names, values, 2);
	program->globals = fake_get(fake, program->main + fake->layout.field[FIELD_module_dict]);
	program->main_name = fake_str(fake, "__main__");
	program->modules = fake_dict(fake, &program->main_name, &program->main, 1);
	fake->interpreter.modules = program->modules;
}

struct made {
	struct walked walked;
	struct graph graph;
};

static struct made make_graph(struct fake *fake, size_t budget)
{
	struct made made = {.walked = walked_begin(&fake->heap, &fake->interpreter, 1)};
	AUTO(graph_builder_destroyp) struct graph_builder *builder = NULL;
	struct error err = {""};
	if (graph_builder_create(made.walked.walk, &builder))
		fake_die("no builder");
	walked_finish(&made.walked, budget);
	enum status status;
	while ((status = graph_builder_step(builder, budget, &err)) == STATUS_MORE)
		;
	if (!CHECK(status == STATUS_OK))
		fake_die(err.message);
	made.graph = graph_builder_take(builder);
	return made;
}

static void made_destroy(struct made *made)
{
	walked_destroy(&made->walked);
	graph_deinit(&made->graph);
}

static uint32_t node_of(const struct graph *graph, addr_t address)
{
	for (uint32_t node = 0; node < graph->node_count; node++)
		if (graph_node(graph, node)->address == address)
			return node;
	fake_die("an object was not met");
	return GRAPH_NONE;
}

static const char *type_of(const struct graph *graph, addr_t address)
{
	return graph->type_list.items[graph_node(graph, node_of(graph, address))->type].name;
}

// An edge as it should be; detail as a graph has it.
struct expected {
	addr_t to;
	enum edge kind;
	uint32_t detail;
};

static bool has_edges(const struct graph *graph, addr_t from, const struct expected *expected,
	unsigned count)
{
	uint32_t node = node_of(graph, from), first = graph_first_edge(graph, node);
	if (graph_first_edge(graph, node + 1) - first != count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		struct graph_edge edge = graph_edge(graph, first + i);
		if (edge.target != node_of(graph, expected[i].to) ||
			edge.kind != expected[i].kind || edge.detail != expected[i].detail)
			return false;
	}
	return true;
}

#define HAS_EDGES(graph, from, ...)                                                                \
	has_edges(graph, from, (const struct expected[]){__VA_ARGS__},                             \
		sizeof((const struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

// How often source comes among what refers to target, and how many refer to it in all.
static unsigned count_sources(
	const struct graph *graph, addr_t target, addr_t source, unsigned *ret_all)
{
	uint32_t node = node_of(graph, target), from = node_of(graph, source), count = 0;
	uint32_t first = graph_first_source(graph, node), end = graph_first_source(graph, node + 1);
	for (uint32_t i = first; i < end; i++)
		count += graph_source(graph, i) == from;
	*ret_all = end - first;
	return count;
}

static const struct graph_root *find_root(
	const struct graph *graph, addr_t address, enum root_kind kind)
{
	uint32_t node = node_of(graph, address);
	vector_for_each(root, &graph->roots)
		if (root->node == node && root->kind == kind)
			return root;
	return NULL;
}

static void check_edges(const struct program *program, const struct graph *graph)
{
	uint32_t key = node_of(graph, program->key), names_main = node_of(graph, program->main_name);
	CHECK(HAS_EDGES(graph, program->modules, {program->main_name, EDGE_KEY, 0},
		{program->main, EDGE_VALUE, names_main}));
	CHECK(HAS_EDGES(graph, program->main, {program->globals, EDGE_FIELD, NAME___dict__}));
	CHECK(HAS_EDGES(graph, program->globals, {program->cache_name, EDGE_KEY, 0},
		{program->cache, EDGE_VALUE, node_of(graph, program->cache_name)},
		{program->session_name, EDGE_KEY, 1},
		{program->session, EDGE_VALUE, node_of(graph, program->session_name)}));
	CHECK(HAS_EDGES(
		graph, program->cache, {program->key, EDGE_KEY, 0}, {program->outer, EDGE_VALUE, key}));
	CHECK(HAS_EDGES(
		graph, program->outer, {program->inner, EDGE_INDEX, 0}, {program->inner, EDGE_INDEX, 2}));
	CHECK(HAS_EDGES(graph, program->garbage, {program->inner, EDGE_INDEX, 0}));
	CHECK(has_edges(graph, program->inner, NULL, 0));
	// Instances of a class hold it; those of a type in C do not.
	CHECK(HAS_EDGES(graph, program->session, {program->slot_value, EDGE_SLOT, 0},
		{program->class, EDGE_TYPE, 0}));
	CHECK(graph->names.count == 1 && graph->names.items[0].address == program->slot_name);
	CHECK(graph->names.items[0].node == GRAPH_NONE);
}

static void check_reverse(const struct program *program, const struct graph *graph)
{
	unsigned all;
	CHECK(count_sources(graph, program->inner, program->outer, &all) == 2 && all == 3);
	CHECK(count_sources(graph, program->inner, program->garbage, &all) == 1);
	CHECK(count_sources(graph, program->cache, program->globals, &all) == 1 && all == 2);
	CHECK(count_sources(graph, program->cache, program->slot_value, &all) == 1);
	CHECK(count_sources(graph, program->class, program->session, &all) == 1);
	CHECK(count_sources(graph, program->modules, program->main, &all) == 0 && all == 0);
	// And the label of one, from its ends.
	uint32_t outer = node_of(graph, program->outer), inner = node_of(graph, program->inner);
	uint32_t first = graph_find_edge(graph, outer, inner, 0);
	CHECK(graph_edge(graph, first).detail == 0);
	CHECK(graph_edge(graph, graph_find_edge(graph, outer, inner, first + 1)).detail == 2);
}

static void check_roots(const struct program *program, const struct graph *graph)
{
	const struct graph_root *modules = find_root(graph, program->modules, ROOT_MODULES);
	CHECK(modules && modules->interpreter == 0 && modules->number != GRAPH_NONE);
	CHECK(modules && graph_node(graph, modules->node)->parent == GRAPH_ROOT + modules->number);
	CHECK(find_root(graph, program->garbage, ROOT_COLLECTOR));
	CHECK(!find_root(graph, program->cache, ROOT_COLLECTOR));
	const struct graph_root *type = find_root(graph, program->fake.list, ROOT_STATIC_TYPE);
	CHECK(type && type->holder == program->fake.list && type->number == GRAPH_NONE);
	// What is known twice is told twice.
	CHECK(find_root(graph, program->fake.list, ROOT_TYPE));
	CHECK(!find_root(graph, program->class, ROOT_STATIC_TYPE));
}

static void check_nodes(const struct program *program, const struct made *made)
{
	const struct graph *graph = &made->graph;
	CHECK(graph->node_count == walk_count(made->walked.walk));
	struct census *census = walked_census(&made->walked);
	uint64_t bytes = 0;
	bool good = true;
	for (uint32_t node = 0; node < graph->node_count; node++) {
		bytes += graph_size(graph, node);
		uint32_t parent = graph_node(graph, node)->parent;
		good &= parent >= GRAPH_ROOT || parent < node;
	}
	CHECK(good);
	CHECK(bytes == census->totals.bytes);
	CHECK(graph_size(graph, node_of(graph, program->outer)) == 40 + 16 + 3 * 8);
	CHECK_STRING(type_of(graph, program->outer), "list");
	CHECK_STRING(type_of(graph, program->session), "__main__.Session");
	uint32_t type = graph_node(graph, node_of(graph, program->session))->type;
	CHECK(graph->type_list.items[type].node == node_of(graph, program->class));
	census_destroy(census);
}

static void check_program(uint32_t version, size_t budget)
{
	struct program program;
	make_program(&program, version);
	struct made made = make_graph(&program.fake, budget);
	check_nodes(&program, &made);
	check_edges(&program, &made.graph);
	check_reverse(&program, &made.graph);
	check_roots(&program, &made.graph);
	made_destroy(&made);
	fake_deinit(&program.fake);
}

// References into nothing and into the middle of objects are no edges, and what is no object is a node
// that nothing leads to.
static void check_nonsense(void)
{
	struct program program;
	make_program(&program, 0x030b02);
	struct fake *fake = &program.fake;
	addr_t no_object = fake_allocate(fake, 64);
	addr_t items = fake_get(fake, program.outer + fake->layout.field[FIELD_list_items]);
	fake_poke(fake, items + 8, program.inner + 8);
	fake_poke(fake, items + 16, no_object);
	struct made made = make_graph(fake, BUDGET);
	const struct graph *graph = &made.graph;
	CHECK(HAS_EDGES(graph, program.outer, {program.inner, EDGE_INDEX, 0}));
	unsigned all;
	CHECK(count_sources(graph, no_object, program.outer, &all) == 0 && all == 0);
	CHECK(graph_node(graph, node_of(graph, no_object))->type == GRAPH_NONE);
	CHECK(graph_size(graph, node_of(graph, no_object)) == 0);
	made_destroy(&made);

	// The key of an entry is no object: nobody knows what the value is called.
	addr_t keys = fake_get(fake, program.cache + fake->layout.field[FIELD_dict_keys]);
	addr_t entry = keys + fake->layout.field[FIELD_keys_indices] + 8;
	CHECK(fake_get(fake, entry) == program.key);
	fake_poke(fake, entry, no_object);
	made = make_graph(fake, BUDGET);
	CHECK(HAS_EDGES(&made.graph, program.cache, {program.outer, EDGE_VALUE, GRAPH_NONE}));
	made_destroy(&made);
	fake_deinit(fake);
}

// The walk can do without the graph, where both together take more than they may.
static void check_limit(void)
{
	struct program program;
	make_program(&program, 0x030b02);
	struct fake *fake = &program.fake;
	struct walked walked = walked_begin(&fake->heap, &fake->interpreter, 1);
	AUTO(graph_builder_destroyp) struct graph_builder *builder = NULL;
	struct error err = {""};
	CHECK(!graph_builder_create(walked.walk, &builder));
	walk_limit_memory(walked.walk, visited_bytes(image_held_bytes(fake->image)) + 1200);
	walked_finish(&walked, BUDGET);
	struct census *census = walked_census(&walked);
	CHECK(census->totals.tracked == 2);
	CHECK(graph_builder_step(builder, BUDGET, &err) == STATUS_NO_MEMORY);
	CHECK(strstr(err.message, "not enough memory for the graph of the heap ("));
	CHECK(graph_builder_step(builder, BUDGET, NULL) == STATUS_NO_MEMORY);
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(fake);
}

// Whatever runs out of memory at whatever place: it says so, and nothing is lost (the sanitizers watch).
static bool try_graph(struct fake *fake, volatile long *left, long allowed)
{
	AUTO(graph_builder_destroyp) struct graph_builder *builder = NULL;
	AUTO(walk_destroyp) struct walk *walk = NULL;
	*left = allowed;
	enum status status = walk_create(&fake->heap, &fake->interpreter, 1, &walk, NULL);
	if (!status)
		status = graph_builder_create(walk, &builder);
	while (!status && (status = walk_step(walk, BUDGET, NULL)) == STATUS_MORE)
		status = STATUS_OK;
	while (!status && (status = graph_builder_step(builder, BUDGET, NULL)) == STATUS_MORE)
		status = STATUS_OK;
	*left = LONG_MAX;
	if (status && status != STATUS_NO_MEMORY)
		fake_die(status_text(status));
	return !status;
}

static void check_no_memory(volatile long *left)
{
	long allowed = 0;
	for (bool done = false; !done; allowed++) {
		struct program program;
		make_program(&program, 0x030b02);
		done = try_graph(&program.fake, left, allowed);
		fake_deinit(&program.fake);
	}
	CHECK(allowed > 10);
}

// Whatever the heap holds, all edges lead to objects, and reverse edges are as many.
static void check_random(unsigned seed)
{
	struct program program;
	make_program(&program, seed % 2 ? 0x030b02 : 0x030d05);
	struct fake *fake = &program.fake;
	uint64_t state = seed;
	for (int i = 0; i < 200; i++) {
		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		addr_t place = FAKE_START + (state >> 20) % (fake->next - FAKE_START - 8) / 8 * 8;
		uint64_t value = state >> 44;
		if (i % 2) // a pointer to somewhere in the heap
			value = FAKE_START + value % (fake->next - FAKE_START) / 8 * 8;
		fake_poke(fake, place, value);
	}
	struct made made = make_graph(fake, 1 + seed % 100);
	const struct graph *graph = &made.graph;
	bool good = graph_first_edge(graph, graph->node_count) == graph->edge_count &&
		    graph_first_source(graph, graph->node_count) == graph->edge_count;
	for (uint32_t edge = 0; edge < graph->edge_count; edge++)
		good &= graph_node(graph, graph_edge(graph, edge).target)->type <
			graph->type_list.count;
	vector_for_each(root, &graph->roots)
		good &= graph_node(graph, root->node)->type < graph->type_list.count;
	CHECK(good);
	made_destroy(&made);
	fake_deinit(fake);
}

int main(void)
{
	check_program(0x030b02, BUDGET);
	check_program(0x030d05, BUDGET);
	check_program(0x030b02, 1);
	check_program(0x030b02, 1 << 20);
	check_nonsense();
	check_limit();
	check_no_memory(&maps_left);
	check_no_memory(&allocations_left);
	for (unsigned seed = 1; seed <= 100; seed++)
		check_random(seed);
	return test_done();
}
