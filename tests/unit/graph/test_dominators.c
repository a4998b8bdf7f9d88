// SPDX-License-Identifier: MIT
// Dominators and retained sizes of random graphs, compared with the nodes that are unreachable
// after a node is removed.
#include "graph/dominators.h"

#include "../failing_maps.h"
#include "../test.h"
#include "random_graph.h"

enum { NODES_MAX = 24, GRAPHS = 4000, ROOTS_MAX = 4 };

static void add_root(struct graph *graph, uint32_t node, enum root_kind kind)
{
	if (graph_roots_add(&graph->roots, (struct graph_root){.node = node, .kind = kind}))
		abort();
}

static void make_reverse(struct graph *graph)
{
	struct graph_reverse reverse = {.graph = graph};
	while (graph_reverse_step(&reverse, 1000) == STATUS_MORE)
		;
}

// From hardly any edges to so many that few nodes dominate another.
static struct graph make_any(void)
{
	uint32_t nodes = random_below(NODES_MAX) + 1;
	struct graph graph = make_random(nodes, random_below(nodes * 4));
	for (uint32_t node = 0; node < nodes; node++)
		((uint32_t *)graph.sizes.items)[node] = random_below(100) + 1;
	for (uint32_t i = random_below(ROOTS_MAX + 1); i; i--)
		add_root(&graph, random_below(nodes), random_below(3) ? ROOT_MODULES : ROOT_STALE);
	make_reverse(&graph);
	return graph;
}

// Which nodes roots lead to, all or only those of modules, when one node is taken away (GRAPH_NONE: none
// is).
static void reach(const struct graph *graph, uint32_t without, bool all, bool *ret)
{
	uint32_t stack[NODES_MAX], depth = 0;
	memset(ret, 0, NODES_MAX);
	vector_for_each(root, &graph->roots)
		if ((all || root->kind == ROOT_MODULES) && root->node != without &&
			!ret[root->node]) {
			ret[root->node] = true;
			stack[depth++] = root->node;
		}
	while (depth) {
		uint32_t node = stack[--depth];
		for (uint32_t edge = graph_first_edge(graph, node);
			edge < graph_first_edge(graph, node + 1); edge++) {
			uint32_t target = graph_edge(graph, edge).target;
			if (target == without || ret[target])
				continue;
			ret[target] = true;
			stack[depth++] = target;
		}
	}
}

// Of those that dominate a node, the nearest one is dominated by all others.
static bool node_is_right(const struct graph *graph, const struct dominators *dominators,
	bool dominates[NODES_MAX][NODES_MAX], uint32_t node)
{
	uint32_t nearest = GRAPH_ROOT;
	uint64_t bytes = 0;
	for (uint32_t other = 0; other < graph->node_count; other++) {
		if (dominates[node][other])
			bytes += graph_size(graph, other);
		if (other != node && dominates[other][node] &&
			(nearest == GRAPH_ROOT || dominates[nearest][other]))
			nearest = other;
	}
	return dominators_idom(dominators, node) == nearest &&
	       dominators_retained(dominators, node) == bytes;
}

static bool all_is_right(const struct graph *graph, const struct dominators *dominators)
{
	bool reached[NODES_MAX], certain[NODES_MAX], left[NODES_MAX], certain_left[NODES_MAX];
	bool dominates[NODES_MAX][NODES_MAX] = {0};
	reach(graph, GRAPH_NONE, true, reached);
	reach(graph, GRAPH_NONE, false, certain);
	for (uint32_t node = 0; node < graph->node_count; node++) {
		reach(graph, node, true, left);
		reach(graph, node, false, certain_left);
		for (uint32_t other = 0; other < graph->node_count; other++)
			dominates[node][other] = certain[other] ? !certain_left[other]
								: reached[other] && !left[other];
	}
	for (uint32_t node = 0; node < graph->node_count; node++) {
		if (reached[node] && !node_is_right(graph, dominators, dominates, node))
			return false;
		if (!reached[node] && (dominators_idom(dominators, node) != GRAPH_NONE ||
					      dominators_retained(dominators, node)))
			return false;
	}
	return true;
}

static unsigned find_all(struct dominators *dominators, size_t budget)
{
	unsigned steps = 1;
	enum status status;
	while ((status = dominators_step(dominators, budget)) == STATUS_MORE)
		steps++;
	CHECK(status == STATUS_OK);
	return steps;
}

static void check_random(void)
{
	bool good = true;
	for (unsigned i = 0; good && i < GRAPHS; i++) {
		struct graph graph = make_any();
		struct dominators dominators = {.graph = &graph};
		enum status status;
		while ((status = dominators_step(&dominators, i % 20 + 1)) == STATUS_MORE)
			;
		good = !status && all_is_right(&graph, &dominators);
		if (!good)
			printf("# graph %u\n", i);
		dominators_deinit(&dominators);
		graph_deinit(&graph);
	}
	CHECK(good);
}

static void set_edges(struct graph *graph, uint32_t node, uint32_t first, uint32_t end)
{
	((uint32_t *)graph->first_edges.items)[node] = first;
	((uint32_t *)graph->first_edges.items)[node + 1] = end;
}

// The one drawn in the header.
static void check_drawing(void)
{
	enum { A, B, C, D };
	static const uint32_t targets[] = {B, C, D, D};
	static const uint32_t sizes[] = {1, 10, 100, 1000};
	struct graph graph = {0};
	make_arrays(&graph, 4, 4);
	memcpy(graph.targets.items, targets, sizeof(targets));
	memcpy(graph.sizes.items, sizes, sizeof(sizes));
	set_edges(&graph, A, 0, 2);
	set_edges(&graph, B, 2, 3);
	set_edges(&graph, C, 3, 4);
	set_edges(&graph, D, 4, 4);
	add_root(&graph, A, ROOT_MODULES);
	make_reverse(&graph);
	struct dominators dominators = {.graph = &graph};
	find_all(&dominators, 1000);
	CHECK(dominators_idom(&dominators, A) == GRAPH_ROOT);
	CHECK(dominators_idom(&dominators, D) == A);
	CHECK(dominators_retained(&dominators, A) == 1111);
	CHECK(dominators_retained(&dominators, B) == 10);
	CHECK(dominators_retained(&dominators, D) == 1000);
	dominators_deinit(&dominators);
	dominators_deinit(NULL);
	graph_deinit(&graph);
}

// A list linked both ways, whose nodes all refer to one more: deep, and each way up is long.
static void check_deep(void)
{
	enum { LENGTH = 300000, SHARED = LENGTH };
	struct graph graph = {0};
	make_arrays(&graph, LENGTH + 1, 3 * LENGTH);
	uint32_t *targets = graph.targets.items, *sizes = graph.sizes.items;
	for (uint32_t i = 0; i < LENGTH; i++) {
		targets[3 * i] = SHARED;
		targets[3 * i + 1] = i ? i - 1 : i;
		targets[3 * i + 2] = i + 1 < LENGTH ? i + 1 : i;
		set_edges(&graph, i, 3 * i, 3 * i + 3);
		sizes[i] = 2;
	}
	sizes[SHARED] = 5;
	set_edges(&graph, SHARED, 3 * LENGTH, 3 * LENGTH);
	add_root(&graph, 0, ROOT_FRAME);
	make_reverse(&graph);
	struct dominators dominators = {.graph = &graph};
	CHECK(find_all(&dominators, 10000) > 4 * LENGTH / 10000);
	CHECK(dominators_idom(&dominators, SHARED) == 0);
	CHECK(dominators_retained(&dominators, 0) == 2 * LENGTH + 5);
	CHECK(dominators_idom(&dominators, LENGTH - 1) == LENGTH - 2);
	CHECK(dominators_retained(&dominators, LENGTH - 1) == 2);
	CHECK(dominators_bytes(100) == 2400);
	dominators_deinit(&dominators);
	graph_deinit(&graph);
}

static void check_no_memory(void)
{
	struct graph graph = make_any();
	for (long allowed = 0; allowed < 7; allowed++) {
		struct dominators dominators = {.graph = &graph};
		enum status status;
		maps_left = allowed;
		while ((status = dominators_step(&dominators, 1000)) == STATUS_MORE)
			;
		CHECK(status == STATUS_NO_MEMORY);
		maps_left = LONG_MAX;
		find_all(&dominators, 1000); // it can go on
		CHECK(all_is_right(&graph, &dominators));
		dominators_deinit(&dominators);
	}
	graph_deinit(&graph);
}

int main(void)
{
	check_random();
	check_drawing();
	check_deep();
	check_no_memory();
	return test_done();
}
