// SPDX-License-Identifier: MIT
#include "heap/pools.h"

#include "heap/heap.h"
#include "layout/layout.h"
#include "target/image.h"

enum {
	ALIGNMENT = 16,	   // of blocks, and the step between size classes
	SIZE_CLASSES = 32, // up to 512 bytes
};

static bool get_layout(const struct heap *heap, struct pool_layout *ret)
{
	static const enum layout_field fields[] = {FIELD_pool_header_size, FIELD_pool_used,
		FIELD_pool_free_block, FIELD_pool_size_index, FIELD_pool_next_offset,
		FIELD_pool_max_next_offset};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!layout_has(heap->layout, fields[i]))
			return false;
	}
	*ret = (struct pool_layout){
		.pool_size = heap->layout->pool_size,
		// Blocks begin at the next multiple of the alignment (obmalloc.c, POOL_OVERHEAD).
		.header_size = (heap_field(heap, FIELD_pool_header_size) + ALIGNMENT - 1) /
			ALIGNMENT * ALIGNMENT,
		.used = heap_field(heap, FIELD_pool_used),
		.free_block = heap_field(heap, FIELD_pool_free_block),
		.size_index = heap_field(heap, FIELD_pool_size_index),
		.next_offset = heap_field(heap, FIELD_pool_next_offset),
		.max_next_offset = heap_field(heap, FIELD_pool_max_next_offset),
	};
	return ret->pool_size >= IMAGE_PAGE_SIZE && ret->pool_size <= POOL_SIZE_MAX &&
		ret->header_size < IMAGE_PAGE_SIZE;
}

// The tests that need the header alone, the most telling ones first: they are what a scan over
// gigabytes costs.
static bool read_header(
	const struct pool_layout *layout, const char *bytes, addr_t address, struct pool *ret)
{
	uint32_t size_index = bytes_u32(bytes, layout->size_index);
	if (size_index >= SIZE_CLASSES)
		return false;
	uint32_t size = (size_index + 1) * ALIGNMENT;
	if (bytes_u32(bytes, layout->max_next_offset) != layout->pool_size - size)
		return false;
	uint32_t next = bytes_u32(bytes, layout->next_offset);
	uint32_t used = bytes_u32(bytes, layout->used);
	if (next < layout->header_size + size || next > layout->pool_size ||
		(next - layout->header_size) % size != 0)
		return false;
	*ret = (struct pool){
		.address = address,
		.first_block = address + layout->header_size,
		.free_block = bytes_u64(bytes, layout->free_block),
		.block_size = size,
		.capacity = (layout->pool_size - layout->header_size) / size,
		.carved = (next - layout->header_size) / size,
		.used = used,
	};
	return used <= ret->carved;
}

// Whether the chain of free blocks stays on block boundaries inside the pool and leaves as many
// blocks as the header says are in use. Each link is the first word of a free block.
static bool chain_agrees(const struct image *image, const struct pool *pool)
{
	uint64_t block = pool->free_block;
	for (uint32_t left = pool->carved - pool->used; left; left--) {
		uint64_t offset = block - pool->first_block;
		if (offset >= (uint64_t)pool->carved * pool->block_size ||
			(uint32_t)offset % pool->block_size != 0 ||
			!image_read_u64(image, block, &block))
			return false;
	}
	return block == 0;
}

bool pool_cursor_init(struct pool_cursor *cursor, const struct heap *heap)
{
	*cursor = (struct pool_cursor){.image = heap->image};
	return get_layout(heap, &cursor->layout);
}

// Goes to the next run of held pages.
static bool next_range(struct pool_cursor *cursor)
{
	addr_t start;
	if (!image_next_range(cursor->image, cursor->end, &start, &cursor->end))
		return false;
	uint32_t size = cursor->layout.pool_size;
	cursor->at = (start + size - 1) / size * size;
	return true;
}

// The first page of a pool is all that must be held: the others may never have been touched.
bool pool_cursor_next(struct pool_cursor *cursor, struct pool *ret)
{
	do {
		while (cursor->at < cursor->end) {
			addr_t address = cursor->at;
			cursor->at += cursor->layout.pool_size;
			const char *bytes = image_destination(cursor->image, address);
			if (read_header(&cursor->layout, bytes, address, ret) &&
				chain_agrees(cursor->image, ret))
				return true;
		}
	} while (next_range(cursor));
	return false;
}

static void add_pool(uint32_t pool_size, const struct pool *pool, struct pool_usage *usage)
{
	if (!pool->used) {
		usage->empty_bytes += pool_size;
		return;
	}
	usage->pools++;
	usage->arena_bytes += pool_size;
	usage->used_bytes += (uint64_t)pool->used * pool->block_size;
	usage->free_bytes += (uint64_t)(pool->capacity - pool->used) * pool->block_size;
}

enum status pools_measure(const struct heap *heap, struct pool_usage *ret)
{
	struct pool_usage usage = {0};
	struct pool_cursor cursor;
	struct pool pool;
	if (pool_cursor_init(&cursor, heap))
		while (pool_cursor_next(&cursor, &pool))
			add_pool(cursor.layout.pool_size, &pool, &usage);
	*ret = usage;
	return STATUS_OK;
}
