// SPDX-License-Identifier: MIT
// Reverse edges of random graphs, compared with a search over all edges; and graphs when memory
// runs out.
#include "graph/graph.h"

#include "../failing_maps.h"
#include "../test.h"
#include "random_graph.h"

enum { NODES_MAX = 200, EDGES_MAX = 1000, GRAPHS = 300 };

static struct graph make_any(void)
{
	return make_random(random_below(NODES_MAX) + 1, random_below(EDGES_MAX));
}

static unsigned reverse_all(struct graph *graph, size_t budget)
{
	struct graph_reverse reverse = {.graph = graph};
	unsigned steps = 1;
	enum status status;
	while ((status = graph_reverse_step(&reverse, budget)) == STATUS_MORE)
		steps++;
	CHECK(status == STATUS_OK);
	CHECK(graph_reverse_step(&reverse, budget) == STATUS_OK);
	return steps;
}

static bool reverse_is_right(const struct graph *graph)
{
	if (graph_first_source(graph, 0) != 0 ||
		graph_first_source(graph, graph->node_count) != graph->edge_count)
		return false;
	for (uint32_t target = 0; target < graph->node_count; target++) {
		uint32_t at = graph_first_source(graph, target);
		for (uint32_t source = 0; source < graph->node_count; source++)
			for (uint32_t edge = graph_first_edge(graph, source);
				edge < graph_first_edge(graph, source + 1); edge++) {
				if (graph_edge(graph, edge).target != target)
					continue;
				if (at == graph_first_source(graph, target + 1) ||
					graph_source(graph, at++) != source)
					return false;
			}
		if (at != graph_first_source(graph, target + 1))
			return false;
	}
	return true;
}

// Each edge is found again from its ends, also where several lead from the same node to the same one.
static bool edges_are_found(const struct graph *graph)
{
	for (uint32_t source = 0; source < graph->node_count; source++) {
		for (uint32_t edge = graph_first_edge(graph, source);
			edge < graph_first_edge(graph, source + 1); edge++) {
			uint32_t target = graph_edge(graph, edge).target, found = 0;
			bool was_there = false;
			while ((found = graph_find_edge(graph, source, target, found)) != GRAPH_NONE)
				was_there |= found++ == edge;
			if (!was_there || graph_edge(graph, edge).detail != edge)
				return false;
		}
	}
	return true;
}

static void check_random(void)
{
	bool good = true, found = true;
	for (unsigned i = 0; i < GRAPHS; i++) {
		struct graph graph = make_any();
		struct graph_reverse reverse = {.graph = &graph};
		enum status status;
		while ((status = graph_reverse_step(&reverse, i % 50 + 1)) == STATUS_MORE)
			;
		good &= !status && reverse_is_right(&graph);
		found &= edges_are_found(&graph);
		graph_deinit(&graph);
	}
	CHECK(good);
	CHECK(found);
}

// A chain, in slices of a few nodes, in memory that was used for something else.
static void check_slices(void)
{
	enum { CHAIN = 100 };
	struct graph graph = {0};
	make_arrays(&graph, CHAIN, CHAIN - 1);
	for (uint32_t i = 0; i + 1 < CHAIN; i++) {
		((uint32_t *)graph.targets.items)[i] = i + 1;
		((uint32_t *)graph.first_edges.items)[i + 1] = i + 1;
	}
	((uint32_t *)graph.first_edges.items)[CHAIN] = CHAIN - 1;
	if (big_array_make(&graph.sources, 1, 10) || big_array_make(&graph.first_sources, 1, 1000))
		abort();
	memset(graph.sources.items, 0xff, 10);
	memset(graph.first_sources.items, 0xff, 1000);
	CHECK(reverse_all(&graph, 10) >= 3 * CHAIN / 10 / 2);
	CHECK(reverse_is_right(&graph));
	CHECK(graph_first_source(&graph, 1) == 0 && graph_source(&graph, 0) == 0);
	CHECK(graph_find_edge(&graph, 3, 4, 0) == 3);
	CHECK(graph_find_edge(&graph, 3, 4, 4) == GRAPH_NONE);
	CHECK(graph_find_edge(&graph, 3, 5, 0) == GRAPH_NONE);
	graph_deinit(&graph);
}

static void check_sizes(void)
{
	struct graph graph = {0};
	make_arrays(&graph, 4, 0);
	uint32_t *sizes = graph.sizes.items;
	sizes[0] = 48;
	sizes[1] = sizes[3] = GRAPH_SIZE_BIG;
	if (graph_big_sizes_add(&graph.big_sizes, (struct graph_big_size){1, UINT32_MAX}) ||
		graph_big_sizes_add(&graph.big_sizes, (struct graph_big_size){3, UINT64_C(1) << 40}))
		abort();
	CHECK(graph_size(&graph, 0) == 48 && graph_size(&graph, 2) == 0);
	CHECK(graph_size(&graph, 1) == UINT32_MAX && graph_size(&graph, 3) == UINT64_C(1) << 40);
	CHECK(reverse_all(&graph, 1000) > 0 && reverse_is_right(&graph));
	graph_deinit(&graph);
	graph_deinit(&graph);
	graph_deinit(NULL);
}

static void check_no_memory(void)
{
	for (long allowed = 0; allowed < 2; allowed++) {
		struct graph graph = make_any();
		struct graph_reverse reverse = {.graph = &graph};
		maps_left = allowed;
		CHECK(graph_reverse_step(&reverse, 1000) == STATUS_NO_MEMORY);
		maps_left = LONG_MAX;
		while (graph_reverse_step(&reverse, 1000) == STATUS_MORE)
			;
		CHECK(reverse_is_right(&graph)); // it can be tried again
		graph_deinit(&graph);
	}
}

int main(void)
{
	check_random();
	check_slices();
	check_sizes();
	check_no_memory();
	return test_done();
}
