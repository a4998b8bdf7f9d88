// SPDX-License-Identifier: MIT
// Where a walk starts, stage by stage: what it begins with when everything met so far has been
// walked. Internal to heap/walk.
#pragma once

#include "heap/walk.h"

// In this order: names that people know come first.
enum walk_stage {
	STAGE_TRACKED,	 // nothing: whose the tracked objects are, where that has to be known
	STAGE_MODULES,	 // sys.modules, the modules and their globals
	STAGE_ROOTS,	 // interpreters, threads, frames
	STAGE_TYPES,	 // static types that nothing leads to
	STAGE_STRINGS,	 // interned strings that nobody else holds
	STAGE_STATIC,	 // what nobody but C code holds, in static variables
	STAGE_COLLECTOR, // what the collector knows and nothing led to
	STAGE_DONE,
};

// Adds what a stage begins with (walk_start.c).
void walk_start_modules(struct walk *walk);
void walk_start_roots(struct walk *walk, enum walk_stage stage); // ROOTS, TYPES, STRINGS
void walk_start_static(struct walk *walk);

// For these, and from here on by walk.c:

// Adds the object at address as a node unless it was met before. Only for addresses that object_read()
// accepts.
void walk_add(struct walk *walk, addr_t address, uint32_t parent);

// Adds a root; its number. GRAPH_ROOT where memory ran out.
uint32_t walk_add_root(struct walk *walk, const struct walk_root *root);

// Tells sinks that a root leads to the object at address, and adds that as a node unless it was met.
void walk_refer(struct walk *walk, uint32_t root, addr_t address);

// Nodes so far, walked or waiting.
size_t walk_met(const struct walk *walk);

// Whether somebody wants to hear of roots also where they lead to what was met.
bool walk_wants_roots(const struct walk *walk);

// Whether a word that may be anything is the address of an object.
bool walk_is_certain(const struct walk *walk, addr_t address);

// For places that cannot return a status: the walk ends soon with STATUS_NO_MEMORY. True once it was
// called.
void walk_fail(struct walk *walk);
bool walk_has_failed(const struct walk *walk);

void walk_count_unreadable(struct walk *walk);
