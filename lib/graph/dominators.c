// SPDX-License-Identifier: MIT
// Semi-NCA: L. Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", 2005. A
// depth-first search numbers the nodes. The semidominator of a node is the smallest number from
// which a path leads to the node through nodes with larger numbers than the node's. The immediate
// dominator is the nearest ancestor in the tree whose number is not larger than that.
//
// Most objects of a heap have one reference: their parent is their immediate dominator, and nothing
// must be looked up. Most of the others are held directly by a root.
#include "graph/dominators.h"

#include <string.h>

enum { AHEAD = 8 }; // how many edges ahead nodes are prefetched

static uint32_t *numbers(const struct big_array *array)
{
	return array->items;
}

static void free_numbers(struct dominators *dominators)
{
	big_array_deinit(&dominators->vertices);
	big_array_deinit(&dominators->ancestors);
	big_array_deinit(&dominators->semis);
	big_array_deinit(&dominators->lows);
	big_array_deinit(&dominators->nearest);
}

void dominators_deinit(struct dominators *dominators)
{
	if (!dominators)
		return;
	free_numbers(dominators);
	big_array_deinit(&dominators->idoms);
	big_array_deinit(&dominators->retained);
	*dominators = (struct dominators){0};
}

uint64_t dominators_bytes(uint64_t nodes)
{
	// retained has twice the size of the other arrays; three of these are freed before it is
	// made.
	return nodes * 6 * sizeof(uint32_t);
}

static enum status begin(struct dominators *dominators)
{
	size_t nodes = dominators->graph->node_count, count = nodes + 1;
	if (big_array_reuse(&dominators->idoms, sizeof(uint32_t), nodes) ||
		big_array_reuse(&dominators->vertices, sizeof(uint32_t), count) ||
		big_array_reuse(&dominators->ancestors, sizeof(uint32_t), count) ||
		big_array_reuse(&dominators->semis, sizeof(uint32_t), count) ||
		big_array_reuse(&dominators->lows, sizeof(uint32_t), count) ||
		big_array_reuse(&dominators->nearest, sizeof(uint32_t), count))
		return STATUS_NO_MEMORY;
	if (nodes)
		memset(numbers(&dominators->idoms), 0xff, nodes * sizeof(uint32_t)); // GRAPH_NONE
	numbers(&dominators->vertices)[0] = GRAPH_ROOT;
	numbers(&dominators->semis)[0] = 0;
	dominators->count = 1;
	dominators->certain_end = 0;
	dominators->at = 0;
	dominators->phase = DOMINATORS_SEARCH;
	return STATUS_OK;
}

// --- Numbers ---
//
// Until the end of the search idoms holds the numbers of nodes, semis where the search stands in
// the edges of a number, and lows nothing.

static void give_number(struct dominators *dominators, uint32_t node, uint32_t parent)
{
	uint32_t number = dominators->count++;
	numbers(&dominators->idoms)[node] = number;
	numbers(&dominators->vertices)[number] = node;
	numbers(&dominators->ancestors)[number] = parent;
	numbers(&dominators->nearest)[number] = parent;
	numbers(&dominators->semis)[number] = graph_first_edge(dominators->graph, node);
}

// The next node without a number at an edge of the current node; GRAPH_NONE: there is none. Counts
// the edges that it looks at.
static uint32_t next_node(struct dominators *dominators, uint32_t number, size_t *looked_at)
{
	const struct graph *graph = dominators->graph;
	const uint32_t *known = numbers(&dominators->idoms), *targets = graph->targets.items;
	uint32_t *at = &numbers(&dominators->semis)[number];
	uint32_t end = graph_first_edge(graph, numbers(&dominators->vertices)[number] + 1);
	while (*at < end) {
		uint32_t edge = (*at)++;
		++*looked_at;
		if (graph->edge_count - edge > AHEAD)
			__builtin_prefetch(&known[targets[edge + AHEAD]]);
		if (known[targets[edge]] == GRAPH_NONE)
			return targets[edge];
	}
	return GRAPH_NONE;
}

// Roots that certainly hold their targets come first, then all others. The dict of interned strings
// keeps none of them alive (Objects/unicodeobject.c, unicode_dealloc()).
static bool is_certain(const struct graph_root *root)
{
	return !root_is_conservative(root->kind) && root->kind != ROOT_COLLECTOR &&
	       root->kind != ROOT_STRINGS;
}

// The next node without a number to which a root refers.
static uint32_t next_root(struct dominators *dominators, size_t *looked_at)
{
	const struct graph_roots *roots = &dominators->graph->roots;
	uint32_t *at = &numbers(&dominators->semis)[0];
	for (; *at < 2 * roots->count; ++*looked_at) {
		const struct graph_root *root = &roots->items[*at % roots->count];
		bool is_second = (*at)++ >= roots->count;
		if (is_second && !dominators->certain_end)
			dominators->certain_end = dominators->count;
		if (is_certain(root) != is_second &&
			numbers(&dominators->idoms)[root->node] == GRAPH_NONE)
			return root->node;
	}
	return GRAPH_NONE;
}

// The semidominator of a node that a root holds is 0, which no other node can have.
static void end_search(struct dominators *dominators)
{
	const uint32_t *known = numbers(&dominators->idoms);
	if (!dominators->certain_end)
		dominators->certain_end = dominators->count;
	for (uint32_t number = 0; number < dominators->count; number++)
		numbers(&dominators->semis)[number] = numbers(&dominators->lows)[number] = number;
	vector_for_each(root, &dominators->graph->roots)
		if (is_certain(root) || known[root->node] >= dominators->certain_end)
			numbers(&dominators->semis)[known[root->node]] = 0;
	dominators->phase = DOMINATORS_SEMI;
	dominators->at = dominators->count;
}

static void search(struct dominators *dominators, size_t budget)
{
	const uint32_t *parents = numbers(&dominators->nearest);
	for (size_t looked_at = 0; looked_at < budget; looked_at++) {
		uint32_t node = dominators->at ? next_node(dominators, dominators->at, &looked_at)
					       : next_root(dominators, &looked_at);
		if (node != GRAPH_NONE) {
			give_number(dominators, node, dominators->at);
			dominators->at = dominators->count - 1;
		} else if (dominators->at) {
			dominators->at = parents[dominators->at];
		} else {
			end_search(dominators);
			return;
		}
	}
}

// --- Semidominators ---

// The smallest semidominator on the path from a number up to the first one below linked, without
// that one. Compresses the path: its nodes then point to its end. Reverses the path on the way up,
// so that the way down needs no stack.
static uint32_t lowest(struct dominators *dominators, uint32_t number, uint32_t linked)
{
	uint32_t *ancestors = numbers(&dominators->ancestors), *lows = numbers(&dominators->lows);
	uint32_t below = 0; // number 0 is on no such way
	if (ancestors[number] < linked)
		return lows[number];
	while (ancestors[number] >= linked) {
		uint32_t above = ancestors[number];
		ancestors[number] = below;
		below = number;
		number = above;
	}
	uint32_t end = ancestors[number], low = lows[number];
	while (below) {
		uint32_t next = ancestors[below];
		ancestors[below] = end;
		if (low < lows[below])
			lows[below] = low;
		low = lows[below];
		below = next;
	}
	return low;
}

// The result is the number of edges that it looked at, which is the cost of a node.
static size_t find_semi(struct dominators *dominators, uint32_t number)
{
	const struct graph *graph = dominators->graph;
	const uint32_t *known = numbers(&dominators->idoms);
	uint32_t node = numbers(&dominators->vertices)[number];
	uint32_t *semi = &numbers(&dominators->semis)[number];
	uint32_t first = graph_first_source(graph, node), end = graph_first_source(graph, node + 1);
	uint32_t at = first;
	if (*semi)
		*semi = numbers(&dominators->nearest)[number];
	for (; end - first > 1 && *semi && at < end; at++) {
		uint32_t source = known[graph_source(graph, at)];
		if (source == GRAPH_NONE ||
			(source >= dominators->certain_end && number < dominators->certain_end))
			continue;
		uint32_t low = lowest(dominators, source, number + 1);
		if (low < *semi)
			*semi = low;
	}
	numbers(&dominators->lows)[number] = *semi;
	return at - first;
}

static void find_semis(struct dominators *dominators, size_t budget)
{
	for (size_t done = 0; dominators->at > 1 && done < budget; done++)
		done += find_semi(dominators, --dominators->at);
	if (dominators->at > 1)
		return;
	dominators->phase = DOMINATORS_NEAREST;
	dominators->at = 1;
}

// --- Immediate dominators, and what they retain ---

static enum status begin_retain(struct dominators *dominators)
{
	big_array_deinit(&dominators->ancestors);
	big_array_deinit(&dominators->semis);
	big_array_deinit(&dominators->lows);
	if (big_array_make(&dominators->retained, sizeof(uint64_t), dominators->graph->node_count))
		return STATUS_NO_MEMORY;
	dominators->phase = DOMINATORS_RETAIN;
	dominators->at = dominators->count;
	return STATUS_OK;
}

static enum status find_nearest(struct dominators *dominators, size_t budget)
{
	const uint32_t *semis = numbers(&dominators->semis);
	uint32_t *nearest = numbers(&dominators->nearest);
	for (size_t done = 0; dominators->at < dominators->count && done < budget; done++) {
		uint32_t number = dominators->at++, above = nearest[number];
		for (; above > semis[number]; done++)
			above = nearest[above];
		nearest[number] = above;
	}
	return dominators->at < dominators->count ? STATUS_OK : begin_retain(dominators);
}

// The dominator of a node has a smaller number, so the sum of a node is complete when its turn
// comes. From here on idoms has the immediate dominators.
static void retain(struct dominators *dominators, size_t budget)
{
	const uint32_t *vertices = numbers(&dominators->vertices);
	const uint32_t *nearest = numbers(&dominators->nearest);
	uint64_t *retained = dominators->retained.items;
	for (size_t done = 0; dominators->at > 1 && done < budget; done++) {
		uint32_t number = --dominators->at;
		uint32_t node = vertices[number], above = vertices[nearest[number]];
		numbers(&dominators->idoms)[node] = above;
		retained[node] += graph_size(dominators->graph, node);
		if (above != GRAPH_ROOT)
			retained[above] += retained[node];
	}
	if (dominators->at > 1)
		return;
	free_numbers(dominators);
	dominators->phase = DOMINATORS_DONE;
}

enum status dominators_step(struct dominators *dominators, size_t budget)
{
	enum status status = STATUS_OK;
	switch (dominators->phase) {
	case DOMINATORS_BEGIN:
		status = begin(dominators);
		break;
	case DOMINATORS_SEARCH:
		search(dominators, budget);
		break;
	case DOMINATORS_SEMI:
		find_semis(dominators, budget);
		break;
	case DOMINATORS_NEAREST:
		status = find_nearest(dominators, budget);
		break;
	case DOMINATORS_RETAIN:
		retain(dominators, budget);
		break;
	case DOMINATORS_DONE:
		break;
	}
	if (status)
		return status;
	return dominators->phase == DOMINATORS_DONE ? STATUS_OK : STATUS_MORE;
}
