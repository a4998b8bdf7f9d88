// SPDX-License-Identifier: MIT
// The walk over the whole heap of an image: from the roots, modules first, breadth first; then from
// whatever the collector's lists hold that was not reached. Every object is met once; the way by
// which it was met first is a shortest one, and gives it its name.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "base/text.h"
#include "heap/heap.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct walk;
struct census;

// An object in the order of the walk. parent is the node it was met from, or WALK_ROOT + the number
// of a root.
struct node {
	addr_t address;
	uint32_t parent;
	uint32_t type; // id
};

static const uint32_t WALK_ROOT = 0x80000000; // and above: roots, see walk_root_label()

// Prepares a walk over heap->image for these interpreters (borrowed until walk_destroy).
// STATUS_NO_MEMORY.
must_check enum status walk_create(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct walk **ret, struct error *err);
void walk_destroy(struct walk *walk);
GUARD(struct walk, walk_destroy)

// Forbids the walk to keep more than about bytes (0: no limit, as at first).
void walk_limit_memory(struct walk *walk, uint64_t bytes);

// Walks on over at most budget objects. STATUS_MORE: call again; STATUS_OK: done.
// STATUS_NO_MEMORY: memory_limit would be exceeded or an allocation failed.
must_check enum status walk_step(struct walk *walk, size_t budget, struct error *err);

// Objects met so far, and a guess of how many there will be (for progress; 0: no idea).
void walk_progress(const struct walk *walk, uint64_t *met, uint64_t *expected);

size_t walk_count(const struct walk *walk);
struct node walk_node(const struct walk *walk, uint32_t node);
// "<sys.modules>", "<frame retrieve_user service.py:30>", "<collector>": owned by the walk.
const char *walk_root_label(const struct walk *walk, uint32_t root);

// The results as plain tables; only after walk_step() said STATUS_OK. The caller destroys them;
// they outlive the walk and the image.
must_check enum status walk_census(const struct walk *walk, struct census **ret, struct error *err);

// How Python would name a node: "__main__.cache", "app.Pool._instances[3].waiters". Data keys are
// shown as [...] unless with_values. Needs the image. Adds to text. STATUS_NO_MEMORY.
must_check enum status walk_describe_path(
	const struct walk *walk, uint32_t node, bool with_values, struct text *text);

// The same for many nodes: ret[i] becomes the path of nodes[i], which the caller frees. Objects on
// the way are looked at once, however many of the nodes they lead to: where a dict of millions
// holds them all, that is what makes the difference. STATUS_NO_MEMORY: ret holds nothing.
must_check enum status walk_describe_paths(
	const struct walk *walk, const uint32_t *nodes, size_t count, bool with_values, char **ret);

// Counts what the collector's lists hold by following them, nothing else: the figure that the
// collector itself would give, at 20 ns an object. counts[type id] += 1 for the types of
// heap->types; grows *ret_counts (caller frees). STATUS_INVALID where a list is broken.
must_check enum status collector_count(const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count, uint64_t **ret_counts,
	size_t *ret_length, uint64_t *ret_total, struct error *err);
