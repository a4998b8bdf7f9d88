// SPDX-License-Identifier: MIT
// Where a walk starts, stage by stage: what a stage adds once everything met so far has been
// walked. Internal to heap/walk.
#pragma once

#include "heap/walk.h"

// In this order, so that names that people know come first.
enum walk_stage {
	STAGE_TRACKED,	 // adds nothing; tells which interpreter tracks which object, if needed
	STAGE_MODULES,	 // sys.modules, the modules and their globals
	STAGE_ROOTS,	 // interpreters, threads, frames
	STAGE_TYPES,	 // static types that nothing refers to
	STAGE_STRINGS,	 // interned strings that nothing else holds
	STAGE_STATIC,	 // objects that only static variables of C code hold
	STAGE_COLLECTOR, // objects in the collector's lists that were not reached
	STAGE_DONE,
};

// Add what a stage begins with (walk_start.c).
void walk_start_modules(struct walk *walk);
void walk_start_roots(struct walk *walk, enum walk_stage stage); // ROOTS, TYPES, STRINGS
void walk_start_static(struct walk *walk);

// What these use, in walk.c:

// Adds the object at address as a node unless it was met before. object_read() must accept the
// address.
void walk_add(struct walk *walk, addr_t address, uint32_t parent);

// Adds a root and returns its number; GRAPH_ROOT: memory ran out.
uint32_t walk_add_root(struct walk *walk, const struct walk_root *root);

// Tells sinks that a root refers to the object at address; adds it as a node unless it was met.
void walk_refer(struct walk *walk, uint32_t root, addr_t address);

// Nodes so far, walked or waiting in the queue.
size_t walk_met(const struct walk *walk);

// Whether a sink wants to hear of roots also if they refer to objects that were met.
bool walk_wants_roots(const struct walk *walk);

// Whether an arbitrary word is the address of an object.
bool walk_is_certain(const struct walk *walk, addr_t address);

// For functions that cannot return a status: the walk will end with STATUS_NO_MEMORY.
// walk_has_failed() is true from then on.
void walk_fail(struct walk *walk);
bool walk_has_failed(const struct walk *walk);

void walk_count_unreadable(struct walk *walk);
