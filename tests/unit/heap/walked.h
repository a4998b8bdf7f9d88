// SPDX-License-Identifier: MIT
// A whole walk over a heap of literals, with a census.
#pragma once

#include "base/text.h"
#include "fake_heap.h"
#include "heap/census_builder.h"
#include "heap/naming.h"
#include "heap/walk.h"
#include "result/census.h"

struct walked {
	struct walk *walk;
	struct census_builder *builder;
};

// Begins a walk; more sinks may be added.
static inline struct walked walked_begin(
	const struct heap *heap, const struct interpreter *interpreters, size_t count)
{
	struct walked walked = {0};
	struct error err = {""};
	if (walk_create(heap, interpreters, count, &walked.walk, &err))
		fake_die(err.message);
	if (census_builder_create(walked.walk, &walked.builder))
		fake_die("no census");
	return walked;
}

// Walks to the end in steps of that many objects.
static inline void walked_finish(struct walked *walked, size_t budget)
{
	struct error err = {""};
	enum status status;
	do
		status = walk_step(walked->walk, budget, &err);
	while (status == STATUS_MORE);
	if (status)
		fake_die(err.message);
}

static inline struct census *walked_census(const struct walked *walked)
{
	struct census *census = NULL;
	if (census_builder_finish(walked->builder, &census, NULL))
		fake_die("no census");
	return census;
}

static inline void walked_destroy(struct walked *walked)
{
	walk_destroy(walked->walk);
	census_builder_destroy(walked->builder);
}
