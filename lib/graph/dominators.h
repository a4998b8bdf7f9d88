// SPDX-License-Identifier: MIT
// Who alone keeps an object alive, and how much goes when it goes. A node dominates another when every
// way from a root to that one leads through it; the nearest one that does is its immediate dominator.
// What a node dominates, itself included, is its retained set, and the sum of the sizes its retained
// size: what would be freed if nothing referred to the node any more.
//
//	root -> a -> b -> d	a retains a, b, c, d: d hangs on b and on c, but both hang on a alone
//	        a -> c -> d	b retains b, c retains c: neither would take d along
//
// Of references all count alike, also those that were found conservatively (EDGE_OPAQUE). Of roots those
// that may not hold anything (words that look like references, the collector's lists, the dict of interned
// strings) count for what no other leads to: what is left over on a stack does not share what a list holds.
#pragma once

#include "base/big_array.h"
#include "base/error.h"
#include "graph/graph.h"

#include <stddef.h>
#include <stdint.h>

// Filled in with the graph alone, whose reverse edges have been made; borrowed until the last step.
// idoms and retained are the results, good after dominators_step() said STATUS_OK.
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
	uint32_t at;	// where the phase stands
	uint32_t count; // of numbers given; number 0 stands above all roots
	uint32_t certain_end; // numbers from here on have only roots that may hold them

	// By node.
	struct big_array idoms;	   // of uint32_t: see dominators_idom()
	struct big_array retained; // of uint64_t: bytes

	// By number, until it is done.
	struct big_array vertices, ancestors, semis, lows, nearest; // of uint32_t
};

void dominators_deinit(struct dominators *dominators);

// Goes over about budget nodes. STATUS_MORE: call again; STATUS_OK: done. STATUS_NO_MEMORY: what has
// been done stays.
must_check enum status dominators_step(struct dominators *dominators, size_t budget);

// Bytes that it needs at most beside the graph, for so many nodes.
uint64_t dominators_bytes(uint64_t nodes);

// The immediate dominator of a node. GRAPH_ROOT: there is none, since a root holds it, or several do
// together; GRAPH_NONE: no root leads to it.
static inline uint32_t dominators_idom(const struct dominators *dominators, uint32_t node)
{
	return ((const uint32_t *)dominators->idoms.items)[node];
}

// Bytes of all that the node dominates, itself included; 0 where no root leads to it.
static inline uint64_t dominators_retained(const struct dominators *dominators, uint32_t node)
{
	return ((const uint64_t *)dominators->retained.items)[node];
}
