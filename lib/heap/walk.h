// SPDX-License-Identifier: MIT
// The walk over the whole heap of an image: from the roots, modules first, breadth first; then from
// whatever the collector's lists hold that was not reached. Every object is met once; the way by
// which it was met first is a shortest one, and gives it its name.
//
// A walk goes and tells; what becomes of it is the business of sinks: a census is counted by one
// (heap/census_builder.h), a graph collected by another (heap/graph_builder.h). To add one, put a
// struct walk_sink first in a struct of your own, fill a const struct walk_sink_ops, and give it to
// walk_add_sink().
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

// Where a way begins. Several objects may share one.
struct walk_root {
	struct root_id id; // ROOT_STATIC: holder is the start of the range
	uint32_t interpreter; // position of the one that it belongs to
};

// An object that a walk has come to.
struct walk_object {
	uint32_t node;
	uint32_t parent;
	const struct object *object; // good during the call
	uint64_t bytes;		     // sys.getsizeof(), 0 where it could not be read
	bool is_tracked;
};

struct walk_sink {
	const struct walk_sink_ops *ops;
	// Set by the sink where it cannot go on; the walk asks after each slice. STATUS_OK at first.
	enum status status;
};

// What a sink hears of; NULL: it does not listen. An object comes once, between it and the next one
// come its edges. An object that a root or an edge leads to comes later, or came before.
struct walk_sink_ops {
	const char *name; // of what it makes, for messages: "the graph of the heap"

	// Before all else, and only where several interpreters have collectors of their own: an object
	// in the lists of the one at that position.
	void (*tracked)(struct walk_sink *sink, addr_t address, uint32_t interpreter);

	// A root leads to the object at that address, which may have been met before. Number counts
	// roots, and comes again for each object that the same one leads to.
	void (*root)(struct walk_sink *sink, const struct walk_root *root, uint32_t number, addr_t to);

	// False where it could not read all that it wanted to.
	bool (*object)(struct walk_sink *sink, const struct walk_object *object);

	// The object of the last call refers to the address, a page of the image. node is that of to
	// where this edge is the first that leads there, else GRAPH_ROOT: it was met before, or is in
	// the middle of what was.
	void (*edge)(struct walk_sink *sink, addr_t to, uint32_t node, enum edge edge, uint64_t detail);

	uint64_t (*memory)(const struct walk_sink *sink); // bytes that it keeps; NULL: not worth telling

	// Without it the walk goes on, as if it had not been given; else the walk fails with it.
	bool is_optional;
};

// Prepares a walk over heap->image for these interpreters (borrowed until walk_destroy).
// STATUS_NO_MEMORY.
must_check enum status walk_create(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct walk **ret, struct error *err);
void walk_destroy(struct walk *walk);
GUARD(struct walk, walk_destroy)

// The sink (borrowed until walk_destroy) hears of everything. Before the first step; at most
// WALK_SINKS_MAX, of which one listens to edges.
enum { WALK_SINKS_MAX = 2 };
void walk_add_sink(struct walk *walk, struct walk_sink *sink);

// Forbids the walk and its sinks to keep more than about bytes (0: no limit, as at first).
void walk_limit_memory(struct walk *walk, uint64_t bytes);

// Walks on over at most budget objects. STATUS_MORE: call again; STATUS_OK: done.
// STATUS_NO_MEMORY: the limit would be exceeded or an allocation failed.
must_check enum status walk_step(struct walk *walk, size_t budget, struct error *err);

// Objects met so far, and a guess of how many there will be (for progress; 0: no idea).
void walk_progress(const struct walk *walk, uint64_t *met, uint64_t *expected);

// Nodes walked so far. A node's number is its place in the order in which they were met; its type is an
// id of heap->types.
size_t walk_count(const struct walk *walk);
struct graph_node walk_node(const struct walk *walk, uint32_t node);

// Hands over the nodes of a walk that is done, struct graph_node by number. The walk goes on reading
// them: whoever has them releases them after walk_destroy(), or asks the walk no more.
struct big_array walk_take_nodes(struct walk *walk);

size_t walk_root_count(const struct walk *walk);
const struct walk_root *walk_root(const struct walk *walk, uint32_t root); // with or without GRAPH_ROOT

// Borrowed, as long as the walk.
const struct heap *walk_heap(const struct walk *walk);
const struct interpreter *walk_interpreters(const struct walk *walk, size_t *ret_count);
const struct visited *walk_visited(const struct walk *walk); // every node's address
const struct static_data *walk_static_data(const struct walk *walk);

struct walk_figures {
	uint64_t unreadable; // references that led to nothing readable, or objects read in part
	uint64_t unreached;  // in the collector's lists, but met from no root
	bool is_inexact;     // a collection was in progress, or a list was broken
};

struct walk_figures walk_figures(const struct walk *walk);

// How many objects the list of a generation holds; of a broken one, those that forward links lead to. The
// walk follows the lists once, and that may be its end; for one that failed before, the rest of the
// lists is followed now.
uint64_t walk_generation(struct walk *walk, size_t interpreter, unsigned generation);
