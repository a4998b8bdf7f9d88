// SPDX-License-Identifier: MIT
// The sink of a walk that keeps every object and every reference, and makes a graph of them when the
// walk is done. Nodes have the numbers that the walk gives them.
//
// While the walk goes on edges are kept as they come. Where one is the first that leads to its target
// the walk knows the number of that; for all others the address is kept. At the end each address is
// looked up by its rank among the addresses that were met, a bit each in the walk's own set:
//
//	address --rank--> position among all addresses --index--> number of the node
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <stddef.h>
#include <stdint.h>

struct graph;
struct graph_builder;
struct walk;

// Listens to the walk (borrowed), which has not begun. Destroy it after the walk, or before: then the
// walk must not go on. What the walk may keep (walk_limit_memory()) includes what the graph takes, now
// and to the end; where that is too much the walk goes on without. STATUS_NO_MEMORY.
must_check enum status graph_builder_create(struct walk *walk, struct graph_builder **ret);
void graph_builder_destroy(struct graph_builder *builder);
GUARD(struct graph_builder, graph_builder_destroy)

// After walk_step() said STATUS_OK: goes over about budget objects and references. STATUS_MORE: call
// again; STATUS_OK: done. STATUS_NO_MEMORY, also where the walk has gone on without;
// STATUS_UNSUPPORTED: there are more references than a graph holds.
must_check enum status graph_builder_step(
	struct graph_builder *builder, size_t budget, struct error *err);

// Hands over the graph, once that is done. It needs neither walk nor image. To be released by
// graph_deinit().
struct graph graph_builder_take(struct graph_builder *builder);

// Bytes that all of it takes now (for figures; the walk asks by itself).
uint64_t graph_builder_bytes(const struct graph_builder *builder);
