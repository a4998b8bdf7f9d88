// SPDX-License-Identifier: MIT
// Graphs made by chance, which are the same in every run.
#pragma once

#include "graph/graph.h"

#include <stdlib.h>

static uint64_t random_state = 1;

static inline uint32_t random_below(uint32_t end)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((random_state >> 33) % end);
}

static inline void make_arrays(struct graph *graph, uint32_t nodes, uint32_t edges)
{
	graph->node_count = nodes;
	graph->edge_count = edges;
	if (big_array_make(&graph->nodes, sizeof(struct graph_node), nodes) ||
		big_array_make(&graph->sizes, sizeof(uint32_t), nodes) ||
		big_array_make(&graph->first_edges, sizeof(uint32_t), nodes + 1) ||
		big_array_make(&graph->targets, sizeof(uint32_t), edges) ||
		big_array_make(&graph->kinds, sizeof(uint8_t), edges) ||
		big_array_make(&graph->details, sizeof(uint32_t), edges))
		abort();
}

// Some nodes have many edges, some none; some edges come twice, some lead back to where they are from.
static inline struct graph make_random(uint32_t nodes, uint32_t edges)
{
	struct graph graph = {0};
	make_arrays(&graph, nodes, edges);
	uint32_t *first_edges = graph.first_edges.items, *targets = graph.targets.items;
	for (uint32_t edge = 0; edge < edges; edge++) {
		targets[edge] = random_below(random_below(nodes) + 1);
		((uint8_t *)graph.kinds.items)[edge] = (uint8_t)random_below(EDGE_TYPE + 1);
		((uint32_t *)graph.details.items)[edge] = edge;
		first_edges[random_below(nodes) + 1]++;
	}
	for (uint32_t node = 0; node < nodes; node++)
		first_edges[node + 1] += first_edges[node];
	return graph;
}
