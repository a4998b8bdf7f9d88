// SPDX-License-Identifier: MIT
// Cross-checks a walk: finds the allocator's blocks in use that hold no object the walk met. Blocks
// that look like live objects are what the walk missed: only C code holds them, or something whose
// references leaktop does not know.
#pragma once

#include "base/error.h"
#include "base/map.h"

#include <stdint.h>

struct heap;
struct visited;

// Blocks of one size with objects of one type.
struct unreached_row {
	uint64_t count;
	uint32_t type; // id
	uint32_t block_size;
};

// By type << 32 | block_size, unordered.
MAP_U64(unreached_rows, struct unreached_row)

// Meant to be read. {0} before; unreached_deinit() after.
struct unreached {
	struct unreached_rows rows;
	uint64_t blocks; // in use, all of them
	uint64_t objects, bytes;
	// Neither met nor like a live object: keys of dicts, items of lists, entries of free lists.
	uint64_t other_blocks, other_bytes;
};

// Compares the objects that a finished walk has met with the allocator's blocks.
// STATUS_NO_MEMORY.
must_check enum status unreached_find(
	const struct heap *heap, const struct visited *visited, struct unreached *ret);
void unreached_deinit(struct unreached *unreached);
