// SPDX-License-Identifier: MIT
// What an object alone keeps alive, and how much memory that is. A node dominates another node if
// every path from a root to that node leads through it; the nearest such node is the immediate
// dominator. The nodes that a node dominates, including itself, are its retained set; the sum of
// their sizes is its retained size: what would be freed if nothing referred to the node any more.
//
//	root -> a -> b -> d	a retains a, b, c, d: d hangs on b and on c, but both hang on a alone
//	        a -> c -> d	b retains b, c retains c: neither would take d along
//
// All references count, also conservative ones (EDGE_OPAQUE). Roots that may not hold anything
// (words that look like references, the collector's lists, the dict of interned strings) count only
// for nodes that no other root reaches: a word that is left over on a stack does not share what a
// list holds.
#pragma once

#include "base/big_array.h"
#include "base/error.h"
#include "graph/graph.h"

#include <stddef.h>
#include <stdint.h>

// Set graph only; its reverse edges must exist. Borrows it until the last step. idoms and retained
// are the results, valid after dominators_step() has returned STATUS_OK.
struct dominators {
	const struct graph *graph;
	enum {
		DOMINATORS_BEGIN,
		DOMINATORS_SEARCH, // depth first, from the roots: gives nodes their numbers
		DOMINATORS_SEMI,   // from the last number to the first: semidominators
		DOMINATORS_NEAREST, // from the first to the last: immediate dominators
		DOMINATORS_RETAIN, // from the last to the first: sizes
		DOMINATORS_DONE,
	} phase;
	uint32_t at;	// the position in the current phase
	uint32_t count; // of numbers given; number 0 is above all roots
	uint32_t certain_end; // larger numbers have only roots that may not hold them

	// By node.
	struct big_array idoms;	   // of uint32_t: see dominators_idom()
	struct big_array retained; // of uint64_t: bytes

	// By number, until it is done.
	struct big_array vertices, ancestors, semis, lows, nearest; // of uint32_t
};

void dominators_deinit(struct dominators *dominators);

// Processes about budget nodes. STATUS_MORE: call again; STATUS_OK: done. STATUS_NO_MEMORY: the
// work so far is kept.
must_check enum status dominators_step(struct dominators *dominators, size_t budget);

// The most bytes that it needs besides the graph, for that many nodes.
uint64_t dominators_bytes(uint64_t nodes);

// The immediate dominator of a node. GRAPH_ROOT: there is none, because a root holds the node, or
// several nodes hold it together; GRAPH_NONE: no root leads to it.
static inline uint32_t dominators_idom(const struct dominators *dominators, uint32_t node)
{
	return ((const uint32_t *)dominators->idoms.items)[node];
}

// The sizes of all nodes that the node dominates, including itself; 0: no root leads to it.
static inline uint64_t dominators_retained(const struct dominators *dominators, uint32_t node)
{
	return ((const uint64_t *)dominators->retained.items)[node];
}
