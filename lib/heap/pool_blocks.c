// SPDX-License-Identifier: MIT
#include "heap/pool_blocks.h"

#include "heap/heap.h"

#include <string.h>

void block_cursor_init(struct block_cursor *cursor, const struct heap *heap)
{
	cursor->pool = (struct pool){0};
	cursor->at = 0;
	if (!pool_cursor_init(&cursor->pools, heap))
		cursor->pools.image = NULL;
}

// The cursor over pools has followed the chain, so every link is a block of the pool.
static void mark_free(struct block_cursor *cursor)
{
	const struct pool *pool = &cursor->pool;
	memset(cursor->free, 0, (pool->carved + 63) / 64 * sizeof(*cursor->free));
	uint64_t block = pool->free_block;
	for (uint32_t left = pool->carved - pool->used; left; left--) {
		uint32_t number = (uint32_t)(block - pool->first_block) / pool->block_size;
		cursor->free[number / 64] |= UINT64_C(1) << number % 64;
		if (!image_read_u64(cursor->pools.image, block, &block))
			return;
	}
}

bool block_cursor_next(struct block_cursor *cursor, addr_t *ret_address, uint32_t *ret_size)
{
	if (!cursor->pools.image)
		return false;
	for (;;) {
		while (cursor->at < cursor->pool.carved) {
			uint32_t number = cursor->at++;
			if (cursor->free[number / 64] >> number % 64 & 1)
				continue;
			*ret_size = cursor->pool.block_size;
			*ret_address = cursor->pool.first_block + (uint64_t)number * *ret_size;
			return true;
		}
		if (!pool_cursor_next(&cursor->pools, &cursor->pool)) {
			cursor->pools.image = NULL;
			return false;
		}
		cursor->at = 0;
		mark_free(cursor);
	}
}
