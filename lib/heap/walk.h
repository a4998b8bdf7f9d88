// SPDX-License-Identifier: MIT
// The walk over the whole heap of an image: breadth first from the roots, modules first; then from
// the objects in the collector's lists that were not reached. Every object is met once. The path by
// which it was met is a shortest one, and gives the object its name.
//
// The walk only traverses; sinks make something of it: one counts a census (heap/census_builder.h),
// another builds a graph (heap/graph_builder.h). To add one, put a struct walk_sink first in a
// struct of your own, fill a const struct walk_sink_ops, and pass it to walk_add_sink().
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "graph/graph.h"
#include "heap/edge.h"
#include "heap/heap.h"
#include "heap/visited.h"
#include "interp/roots.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interpreter;
struct static_data;
struct walk;

// Where a path begins. Several objects may share a root.
struct walk_root {
	struct root_id id; // ROOT_STATIC: holder is the start of the range
	uint32_t interpreter; // position of the interpreter that it belongs to
};

// An object that the walk has come to.
struct walk_object {
	uint32_t node;
	uint32_t parent;
	const struct object *object; // valid during the call
	uint64_t bytes;		     // sys.getsizeof(); 0 if it could not be read
	bool is_tracked;
};

struct walk_sink {
	const struct walk_sink_ops *ops;
	// The sink sets it when it cannot go on; the walk looks after each slice. STATUS_OK at
	// first.
	enum status status;
};

// What a sink is told; a function that is NULL is not called. Each object comes once, followed by
// its edges. The target of a root or an edge may come before or after it.
struct walk_sink_ops {
	const char *name; // what the sink makes, for messages: "the graph of the heap"

	// Before all else, and only if several interpreters have collectors of their own: an object
	// in the lists of the interpreter at that position.
	void (*tracked)(struct walk_sink *sink, addr_t address, uint32_t interpreter);

	// A root refers to the object at that address, which may have been met before. number
	// numbers the roots; it is repeated for each object that the same root refers to.
	void (*root)(struct walk_sink *sink, const struct walk_root *root, uint32_t number, addr_t to);

	// Returns false if it could not read all that it wanted to.
	bool (*object)(struct walk_sink *sink, const struct walk_object *object);

	// The object of the last call refers to the address, which is in a page of the image. node
	// is the number of the target if this is the first edge to it. Otherwise it is GRAPH_ROOT:
	// the target was met before, or the address is inside an object that was met.
	void (*edge)(struct walk_sink *sink, addr_t to, uint32_t node, enum edge edge, uint64_t detail);

	uint64_t (*memory)(const struct walk_sink *sink); // bytes that it keeps; NULL: few

	// If it fails the walk continues without it; otherwise the walk fails too.
	bool is_optional;
};

// Prepares a walk over heap->image for these interpreters (borrowed until walk_destroy).
// STATUS_NO_MEMORY.
must_check enum status walk_create(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct walk **ret, struct error *err);
void walk_destroy(struct walk *walk);
GUARD(struct walk, walk_destroy)

// Adds a sink (borrowed until walk_destroy); before the first step. At most WALK_SINKS_MAX, of
// which one listens to edges.
enum { WALK_SINKS_MAX = 2 };
void walk_add_sink(struct walk *walk, struct walk_sink *sink);

// Limits the memory of the walk and its sinks to about bytes (0: no limit, as at first).
void walk_limit_memory(struct walk *walk, uint64_t bytes);

// Walks at most budget objects. STATUS_MORE: call again; STATUS_OK: done.
// STATUS_NO_MEMORY: the limit would be exceeded or an allocation failed.
must_check enum status walk_step(struct walk *walk, size_t budget, struct error *err);

// Objects met so far, and an estimate of how many there will be (for progress; 0: unknown).
void walk_progress(const struct walk *walk, uint64_t *met, uint64_t *expected);

// The number of nodes walked so far. Nodes are numbered in the order in which they are met; their
// type is an id of heap->types.
size_t walk_count(const struct walk *walk);
struct graph_node walk_node(const struct walk *walk, uint32_t node);

// Hands over the nodes of a finished walk, struct graph_node by number. The walk still reads them:
// release them after walk_destroy(), or do not use the walk any more.
struct big_array walk_take_nodes(struct walk *walk);

size_t walk_root_count(const struct walk *walk);
// root is the number of a root, with or without GRAPH_ROOT.
const struct walk_root *walk_root(const struct walk *walk, uint32_t root);

// Borrowed; valid as long as the walk.
const struct heap *walk_heap(const struct walk *walk);
const struct interpreter *walk_interpreters(const struct walk *walk, size_t *ret_count);
const struct visited *walk_visited(const struct walk *walk); // every node's address
const struct static_data *walk_static_data(const struct walk *walk);

struct walk_figures {
	uint64_t unreadable; // references to something unreadable, and objects read only in part
	uint64_t unreached;  // in the collector's lists, but not reached from any root
	bool is_inexact;     // a collection was in progress, or a list was broken
};

struct walk_figures walk_figures(const struct walk *walk);

// How many objects the list of a generation holds; for a broken list, how many forward links reach.
// The walk follows the lists once, perhaps at its very end; if it failed before that, this function
// follows the rest of the lists.
uint64_t walk_generation(struct walk *walk, size_t interpreter, unsigned generation);
