// SPDX-License-Identifier: MIT
// Collects what object_edges() reports, for tests.
#pragma once

#include "heap/edge.h"
#include "heap/heap.h"
#include "heap/instance.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { REFERENCES_MAX = 256 };

struct references {
	struct visitor visitor;
	uint64_t count; // of all, also of those behind the first REFERENCES_MAX
	struct {
		addr_t to;
		enum edge edge;
		uint64_t detail;
	} items[REFERENCES_MAX];
};

static inline void references_collect(
	struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct references *references = (struct references *)visitor;
	if (references->count < REFERENCES_MAX) {
		references->items[references->count].to = to;
		references->items[references->count].edge = edge;
		references->items[references->count].detail = detail;
	}
	references->count++;
}

static inline enum status references_read(
	const struct heap *heap, addr_t address, struct references *ret)
{
	struct object object;
	memset(ret, 0, sizeof(*ret));
	ret->visitor.edge = references_collect;
	if (!object_read(heap, address, &object))
		return STATUS_NOT_FOUND;
	return object_edges(heap, &object, &ret->visitor);
}

static inline bool references_have(
	const struct references *references, addr_t to, enum edge edge, uint64_t detail)
{
	for (uint64_t i = 0; i < references->count && i < REFERENCES_MAX; i++)
		if (references->items[i].to == to && references->items[i].edge == edge &&
			references->items[i].detail == detail)
			return true;
	return false;
}

static inline bool references_have_field(
	const struct references *references, addr_t to, const char *name)
{
	for (uint64_t i = 0; i < references->count && i < REFERENCES_MAX; i++)
		if (references->items[i].to == to && references->items[i].edge == EDGE_FIELD &&
			!strcmp(field_name_text(references->items[i].detail), name))
			return true;
	return false;
}
