// SPDX-License-Identifier: MIT
// A heap as a graph: the objects, and the references from and to each. Consists of numbers in flat
// arrays, most of 4 bytes, since there are millions. The same for a live process, a core file or a
// snapshot; knows nothing of targets or CPython.
//
//	node            0       1       2          first_edges   0   2   3   3
//	edge          0   1     2                  targets       1   2   2
//	               \   \     \                 kinds, details: their labels
//	reverse         0   1     2                first_sources 0   0   1   3     sources  0   0   1
//
// Nodes are in the order in which a walk met them, breadth first. Edges are in the order in which
// their object has them.
#pragma once

#include "base/big_array.h"
#include "base/error.h"
#include "base/guard.h"
#include "base/vector.h"
#include "result/address.h"
#include "result/label.h"

#include <stddef.h>
#include <stdint.h>

static const uint32_t GRAPH_NONE = UINT32_MAX; // no node, no type, no name
static const uint32_t GRAPH_ROOT = 0x80000000; // and above: roots; below: nodes
static const uint64_t GRAPH_EDGES_MAX = UINT32_MAX - 1;

// An object, or an address that was taken for one. parent is the node from which it was first met,
// which has a smaller number, or GRAPH_ROOT + the number of a root: the parents are a shortest path
// to a root.
struct graph_node {
	addr_t address;
	uint32_t parent;
	uint32_t type; // position in type_list; GRAPH_NONE: not an object, without any edges
};

// A reference. The details of a graph's labels have 32 bits; a detail that is larger or unknown is
// GRAPH_NONE:
//
//	EDGE_FIELD					enum field_name
//	EDGE_ATTRIBUTE, EDGE_SLOT, EDGE_LOCAL		position in names
//	EDGE_VALUE					node of the key
//	EDGE_INDEX, _KEY, _ELEMENT, _STACK, _OPAQUE	as it was
//	EDGE_TYPE					0
struct graph_edge {
	uint32_t target;
	enum edge kind;
	uint32_t detail;
};

struct graph_type {
	char *name;    // "module.qualname"
	uint32_t node; // of the type as an object; GRAPH_NONE
};

// The name of a reference: a str for attributes and locals, a C string for slots.
struct graph_name {
	addr_t address;
	uint32_t node; // of the str; GRAPH_NONE
};

// A reference from a root to a node. A root may refer to several nodes.
struct graph_root {
	uint32_t node;
	uint32_t number; // of the root, as the walk numbers them; GRAPH_NONE
	enum root_kind kind;
	uint32_t interpreter; // position of the interpreter that it belongs to
	addr_t holder;	      // depends on the kind: the frame, the thread state, the type
};

// The size of a node, if it does not fit into 32 bits.
struct graph_big_size {
	uint32_t node;
	uint64_t bytes;
};

VECTOR(graph_types, struct graph_type)
VECTOR(graph_names, struct graph_name)
VECTOR(graph_roots, struct graph_root)
VECTOR(graph_big_sizes, struct graph_big_size)

// Read it with the functions below where there is one. {0} is empty.
struct graph {
	uint32_t node_count, edge_count;

	// By node.
	struct big_array nodes;		// of struct graph_node
	struct big_array sizes;		// of uint32_t: sys.getsizeof(); SIZE_BIG: in big_sizes
	struct big_array first_edges;	// of uint32_t, and one more: edge_count
	struct big_array first_sources; // of uint32_t, and one more: edge_count

	// By edge.
	struct big_array targets; // of uint32_t: nodes
	struct big_array kinds;	  // of uint8_t: enum edge
	struct big_array details; // of uint32_t

	// By reverse edge: the nodes where edges come from, ascending for each target.
	struct big_array sources; // of uint32_t

	struct graph_big_sizes big_sizes; // ascending by node
	struct graph_roots roots;	  // in the order in which they were met
	struct graph_types type_list;
	struct graph_names names;
};

static const uint32_t GRAPH_SIZE_BIG = UINT32_MAX;

void graph_deinit(struct graph *graph);

static inline const struct graph_node *graph_node(const struct graph *graph, uint32_t node)
{
	return (const struct graph_node *)graph->nodes.items + node;
}

uint64_t graph_size(const struct graph *graph, uint32_t node);

// The edges of a node are those from graph_first_edge(node) to before graph_first_edge(node + 1).
static inline uint32_t graph_first_edge(const struct graph *graph, uint32_t node)
{
	return ((const uint32_t *)graph->first_edges.items)[node];
}

static inline struct graph_edge graph_edge(const struct graph *graph, uint32_t edge)
{
	return (struct graph_edge){
		.target = ((const uint32_t *)graph->targets.items)[edge],
		.kind = (enum edge)((const uint8_t *)graph->kinds.items)[edge],
		.detail = ((const uint32_t *)graph->details.items)[edge],
	};
}

// The reverse edges of a node likewise, after graph_reverse_step() has made them. A node that
// refers to it twice comes twice.
static inline uint32_t graph_first_source(const struct graph *graph, uint32_t node)
{
	return ((const uint32_t *)graph->first_sources.items)[node];
}

static inline uint32_t graph_source(const struct graph *graph, uint32_t reverse)
{
	return ((const uint32_t *)graph->sources.items)[reverse];
}

// The first edge at or behind from that leads from source to target, for the labels of reverse
// edges; GRAPH_NONE where none does. Takes as long as source has edges.
uint32_t graph_find_edge(
	const struct graph *graph, uint32_t source, uint32_t target, uint32_t from);

// Bytes that the arrays take for so many nodes and edges, without those of struct graph_node and of
// reverse edges.
uint64_t graph_bytes(uint64_t nodes, uint64_t edges);

// Makes the reverse edges of a graph that has all else, in slices. Filled in with the graph alone.
// What its first_sources and sources have of memory, whatever is in it, is used.
struct graph_reverse {
	struct graph *graph;
	enum {
		REVERSE_BEGIN,
		REVERSE_COUNT, // edges that lead to each node
		REVERSE_SUM,   // where those of each node end
		REVERSE_FILL,  // from the last edge to the first
		REVERSE_DONE,
	} phase;
	uint32_t at;
};

// Goes over about budget nodes and edges. STATUS_MORE: call again; STATUS_OK: done.
// STATUS_NO_MEMORY.
must_check enum status graph_reverse_step(struct graph_reverse *reverse, size_t budget);
