// SPDX-License-Identifier: MIT
// pymalloc's pools in an image, found by their structure (Objects/obmalloc.c, struct pool_header):
// a page-aligned header whose size class, offsets and free chain agree.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

struct heap;
struct image;

struct pool_usage {
	uint64_t pools;
	uint64_t arena_bytes; // bytes of pools in use, headers included
	uint64_t used_bytes;  // blocks in use
	uint64_t free_bytes;  // free blocks in pools in use
	uint64_t empty_bytes; // besides: pools that became empty and wait in their arena
};

// Scans every held page run. STATUS_OK always finds an answer; with PYTHONMALLOC=malloc, or where the
// layout does not describe pools, it is zero.
must_check enum status pools_measure(const struct heap *heap, struct pool_usage *ret);

// Meant to be read. A pool that became empty keeps its header and its chain until another size
// class takes it (obmalloc.c, insert_to_freepool()): used is 0 then.
struct pool {
	addr_t address;
	addr_t first_block;
	addr_t free_block; // first of the chain of free blocks, or 0; each begins with the next
	uint32_t block_size;
	uint32_t capacity; // blocks that fit
	uint32_t carved;   // blocks that were used once: the first ones; the rest is untouched
	uint32_t used;	   // blocks in use
};

// Where the fields of a pool header lie, out of the layout once for a scan of many pools.
struct pool_layout {
	uint32_t pool_size, header_size;
	uint32_t used, free_block, size_index, next_offset, max_next_offset;
};

// Goes through all pools by ascending address. Storage of the caller, nothing to release.
struct pool_cursor {
	const struct image *image;
	struct pool_layout layout;
	addr_t at, end; // of the pages at hand
};

// Blocks of the smallest size that the largest pool holds: what a bitmap of blocks needs.
enum { POOL_SIZE_MAX = 1 << 20, POOL_BLOCKS_MAX = POOL_SIZE_MAX / 16 };

// False where the layout does not describe pools: there are none to go through.
bool pool_cursor_init(struct pool_cursor *cursor, const struct heap *heap);

// False when there are no more. The chain of free blocks of *ret was followed: it stays on block
// boundaries below carved, and has carved - used links.
bool pool_cursor_next(struct pool_cursor *cursor, struct pool *ret);
