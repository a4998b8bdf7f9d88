// SPDX-License-Identifier: MIT
// A sink of the walk that keeps every object and every reference, and makes a graph of them after
// the walk. Nodes have the numbers that the walk gives them.
//
// During the walk edges are stored as they come. If an edge is the first that leads to its target,
// the walk knows the number of the target; for all other edges the address is stored. At the end
// each address is looked up by its rank among all addresses that were met (the walk's set has a bit
// for each):
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

// Adds itself to the walk (borrowed), which must not have begun. Destroy it after the walk, or
// earlier if the walk does not go on. The memory that the graph takes, now and until it is done,
// counts towards walk_limit_memory(); if that is too much, the walk continues without the graph.
// STATUS_NO_MEMORY.
must_check enum status graph_builder_create(struct walk *walk, struct graph_builder **ret);
void graph_builder_destroy(struct graph_builder *builder);
GUARD(struct graph_builder, graph_builder_destroy)

// Processes about budget objects and references; only after walk_step() has returned STATUS_OK.
// STATUS_MORE: call again; STATUS_OK: done. STATUS_NO_MEMORY, also if the walk has continued
// without the graph; STATUS_UNSUPPORTED: there are more references than a graph can hold.
must_check enum status graph_builder_step(
	struct graph_builder *builder, size_t budget, struct error *err);

// Hands over the graph once it is done. It needs neither walk nor image. Release it with
// graph_deinit().
struct graph graph_builder_take(struct graph_builder *builder);

// Bytes that the builder takes now (for statistics; the walk asks by itself).
uint64_t graph_builder_bytes(const struct graph_builder *builder);
