// SPDX-License-Identifier: MIT
// What a walk keeps. Internal to heap/walk, heap/census and heap/path.
#pragma once

#include "base/array.h"
#include "heap/big_array.h"
#include "heap/certain.h"
#include "heap/edge.h"
#include "heap/enumerator.h"
#include "heap/owners.h"
#include "heap/thread_names.h"
#include "heap/visited.h"
#include "heap/walk.h"
#include "interp/static_data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What to begin from when everything met so far has been walked, in this order.
enum walk_stage {
	STAGE_OWNERS,	 // nothing: whose the tracked objects are
	STAGE_MODULES,	 // and their globals: names that people know come first
	STAGE_ROOTS,	 // interpreters, threads, frames
	STAGE_TYPES,	 // static types that nothing leads to
	STAGE_STRINGS,	 // interned strings that nobody else holds
	STAGE_STATIC,	 // what nobody but C code holds, in static variables
	STAGE_COLLECTOR, // what the collector knows and nothing led to
	STAGE_DONE,
};

// Of all objects of one type.
struct type_totals {
	uint64_t count, bytes;
	uint64_t tracked_count, tracked_bytes;
};

// They come in pages: most types are one interpreter's, and so are their neighbours, which it met
// about the same time.
enum { TOTALS_PAGE = 64 };

struct walk_root {
	char *label;
	uint32_t interpreter; // position of the one it belongs to
};

struct walk_container {
	uint64_t length, bytes;
	uint32_t node;
};

struct walk {
	struct visitor visitor; // first: edges of the node `kept` come here
	const struct heap *heap;
	const struct interpreter *interpreters;
	size_t interpreter_count;
	uint64_t memory_limit;

	// The nodes are the queue. Those before kept are walked; those from next on wait. What turns
	// out not to be an object is dropped, and its place filled:
	//
	//	walked           gap       waiting
	//	[0 ......... kept)..[next ......... nodes.count)
	struct big_array nodes;
	size_t kept, next;
	struct visited visited;

	struct big_array containers; // struct walk_container, in the order of the walk
	struct array *totals; // of each interpreter: pages of struct type_totals by type id, or NULL
	struct array roots;	     // struct walk_root
	struct thread_names thread_names;

	enum walk_stage stage;
	struct enumerator tracked; // in STAGE_OWNERS, and from STAGE_COLLECTOR on
	uint32_t collector_root; // number of the root "<collector>", the first interpreter's

	// Only where there are several interpreters; else all objects belong to the one.
	bool has_owners;
	struct owners owners;
	struct static_data static_data;

	uint64_t unreadable, unreached;
	bool is_inexact;
	enum status failure; // STATUS_NO_MEMORY: found in a place that cannot return it
};

// For places that cannot return a status: the walk ends soon with this one.
static inline void walk_fail(struct walk *walk)
{
	walk->failure = STATUS_NO_MEMORY;
}

static inline bool walk_is_certain(const struct walk *walk, addr_t address)
{
	return object_is_certain(walk->heap, address, !walk->is_inexact);
}

static inline struct node *walk_nodes(const struct walk *walk)
{
	return walk->nodes.items;
}

// Adds the object at address as a node unless it was met before. Only for addresses that
// object_read() accepts. Returns the number of the node, WALK_ROOT when it was met before or memory
// ran out (walk->failure).
uint32_t walk_add(struct walk *walk, addr_t address, uint32_t parent);

// Adds a root with this label and makes it the parent of the object at address, unless that was met
// before or is none.
void walk_add_root(
	struct walk *walk, addr_t address, const char *label, size_t interpreter);

// Adds the roots that belong to the stage at hand.
void walk_add_roots(struct walk *walk);

// Learns what Python calls its threads, for the labels of roots.
void walk_name_threads(struct walk *walk);

// A root with this label, of the interpreter at this position; its number.
uint32_t walk_add_label(struct walk *walk, const char *label, size_t interpreter);
static inline size_t walk_root_interpreter(const struct walk *walk, uint32_t root)
{
	return ((const struct walk_root *)walk->roots.items)[root & ~WALK_ROOT].interpreter;
}

// Prepares to tell objects of several interpreters apart (walk_owners.c). STATUS_NO_MEMORY.
must_check enum status walk_begin_owners(struct walk *walk);

// Notes for at most budget objects to which interpreter's lists they belong. False when done.
bool walk_tag_tracked(struct walk *walk, size_t *budget);

// The position of the interpreter to which a node belongs, which keeps it; only with has_owners.
size_t walk_find_owner(struct walk *walk, const struct node *node);

// Adds what static variables and the states of interpreters lead to (walk_static.c).
void walk_add_static(struct walk *walk);

// Adds the modules of all interpreters, their dicts, and what these hold (walk_modules.c).
void walk_add_modules(struct walk *walk);
