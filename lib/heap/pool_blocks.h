// SPDX-License-Identifier: MIT
// The blocks of pymalloc's pools that are in use.
#pragma once

#include "heap/pools.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// Goes through them by ascending address. Storage of the caller, nothing to release.
struct block_cursor {
	struct pool_cursor pools;
	struct pool pool;
	uint32_t at; // the block of the pool that comes next
	uint64_t free[POOL_BLOCKS_MAX / 64]; // a bit for each block of the pool
};

void block_cursor_init(struct block_cursor *cursor, const struct heap *heap);

// False when there are no more.
bool block_cursor_next(struct block_cursor *cursor, addr_t *ret_address, uint32_t *ret_size);
