// SPDX-License-Identifier: MIT
// Objects that are found without following references, in the two ways that interpreters offer:
// what the collector knows, and what the allocator has handed out. Which structures stand behind
// them is the business of enumerator.c alone: builds with the GIL have the collector's lists and
// pymalloc's pools. To support another allocator, write its cursor and choose it there.
#pragma once

#include "heap/collector.h"
#include "heap/heap.h"
#include "heap/pool_blocks.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interpreter;

enum enumeration {
	ENUMERATE_TRACKED, // the objects that the collector tracks
	ENUMERATE_BLOCKS,  // the allocator's small blocks in use: objects, and memory that they own
};

struct found {
	addr_t address; // of the object or the block
	uint32_t size;	// of the block; 0 for an object
	uint32_t interpreter; // position of the one that tracks the object; 0 for a block
};

// Storage of the caller, nothing to release. Large: not for the stack of a deep call.
struct enumerator {
	bool (*next)(struct enumerator *enumerator, struct found *ret);
	union {
		struct collector_cursor tracked;
		struct block_cursor blocks;
	};
	bool is_broken; // not everything could be found
};

void enumerator_init(struct enumerator *enumerator, enum enumeration enumeration,
	const struct heap *heap, const struct interpreter *interpreters, size_t interpreter_count);

// The next one; false at the end.
static inline bool enumerator_next(struct enumerator *enumerator, struct found *ret)
{
	return enumerator->next(enumerator, ret);
}
