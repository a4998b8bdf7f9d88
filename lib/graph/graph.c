// SPDX-License-Identifier: MIT
#include "graph/graph.h"

void graph_deinit(struct graph *graph)
{
	if (!graph)
		return;
	struct big_array *arrays[] = {&graph->nodes, &graph->sizes,
		&graph->first_edges, &graph->first_sources, &graph->targets, &graph->kinds,
		&graph->details, &graph->sources};
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
		big_array_deinit(arrays[i]);
	vector_for_each(type, &graph->type_list)
		free(type->name);
	graph_types_deinit(&graph->type_list);
	graph_names_deinit(&graph->names);
	graph_roots_deinit(&graph->roots);
	graph_big_sizes_deinit(&graph->big_sizes);
	*graph = (struct graph){0};
}

static int compare_nodes(const void *left, const void *right)
{
	const struct graph_big_size *a = left, *b = right;
	return (a->node > b->node) - (a->node < b->node);
}

uint64_t graph_size(const struct graph *graph, uint32_t node)
{
	uint32_t size = ((const uint32_t *)graph->sizes.items)[node];
	if (size != GRAPH_SIZE_BIG)
		return size;
	const struct graph_big_size key = {.node = node};
	const struct graph_big_size *big =
		graph_big_sizes_find(&graph->big_sizes, &key, compare_nodes);
	return big ? big->bytes : size;
}

uint32_t graph_find_edge(
	const struct graph *graph, uint32_t source, uint32_t target, uint32_t from)
{
	const uint32_t *targets = graph->targets.items;
	uint32_t edge = graph_first_edge(graph, source), end = graph_first_edge(graph, source + 1);
	for (edge = edge < from ? from : edge; edge < end; edge++)
		if (targets[edge] == target)
			return edge;
	return GRAPH_NONE;
}

uint64_t graph_bytes(uint64_t nodes, uint64_t edges)
{
	return nodes * 2 * sizeof(uint32_t) + edges * (2 * sizeof(uint32_t) + sizeof(uint8_t));
}

static enum status begin(struct graph_reverse *reverse)
{
	struct graph *graph = reverse->graph;
	size_t nodes = (size_t)graph->node_count + 1;
	if (big_array_reuse(&graph->first_sources, sizeof(uint32_t), nodes) ||
		big_array_reuse(&graph->sources, sizeof(uint32_t), graph->edge_count))
		return STATUS_NO_MEMORY;
	memset(graph->first_sources.items, 0, nodes * sizeof(uint32_t));
	reverse->phase = REVERSE_COUNT;
	return STATUS_OK;
}

static uint32_t slice_end(uint32_t at, uint32_t count, size_t budget)
{
	return count - at > budget ? at + (uint32_t)budget : count;
}

static void count(struct graph_reverse *reverse, size_t budget)
{
	const struct graph *graph = reverse->graph;
	const uint32_t *targets = graph->targets.items;
	uint32_t *counts = graph->first_sources.items;
	uint32_t end = slice_end(reverse->at, graph->edge_count, budget);
	for (uint32_t edge = reverse->at; edge < end; edge++)
		counts[targets[edge]]++;
	reverse->at = end;
	if (end < graph->edge_count)
		return;
	reverse->phase = REVERSE_SUM;
	reverse->at = 0;
}

// Sets first_sources[node] to the end of the node's reverse edges; filling them from the end makes
// it their beginning.
static void sum(struct graph_reverse *reverse, size_t budget)
{
	const struct graph *graph = reverse->graph;
	uint32_t *ends = graph->first_sources.items;
	uint32_t end = slice_end(reverse->at, graph->node_count, budget);
	uint32_t total = reverse->at ? ends[reverse->at - 1] : 0;
	for (uint32_t node = reverse->at; node < end; node++)
		ends[node] = total += ends[node];
	reverse->at = end;
	if (end < graph->node_count)
		return;
	ends[graph->node_count] = graph->edge_count;
	reverse->phase = REVERSE_FILL;
	reverse->at = graph->node_count;
}

static void fill(struct graph_reverse *reverse, size_t budget)
{
	const struct graph *graph = reverse->graph;
	const uint32_t *targets = graph->targets.items, *first_edges = graph->first_edges.items;
	uint32_t *begins = graph->first_sources.items, *sources = graph->sources.items;
	size_t done = 0;
	uint32_t node = reverse->at, edge = first_edges[node];
	for (; node && done < budget; done++) {
		uint32_t first = first_edges[--node];
		done += edge - first;
		while (edge > first)
			sources[--begins[targets[--edge]]] = node;
	}
	reverse->at = node;
	if (!node)
		reverse->phase = REVERSE_DONE;
}

enum status graph_reverse_step(struct graph_reverse *reverse, size_t budget)
{
	switch (reverse->phase) {
	case REVERSE_BEGIN:
		if (begin(reverse))
			return STATUS_NO_MEMORY;
		break;
	case REVERSE_COUNT:
		count(reverse, budget);
		break;
	case REVERSE_SUM:
		sum(reverse, budget);
		break;
	case REVERSE_FILL:
		fill(reverse, budget);
		break;
	case REVERSE_DONE:
		break;
	}
	return reverse->phase == REVERSE_DONE ? STATUS_OK : STATUS_MORE;
}
