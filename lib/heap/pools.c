// SPDX-License-Identifier: MIT
#include "heap/pools.h"

#include "heap/heap.h"
#include "layout/layout.h"
#include "target/image.h"

#include <stdbool.h>

enum {
	ALIGNMENT = 16,	      // of blocks, and the step between size classes
	SIZE_CLASSES = 32,    // up to 512 bytes
	POOL_SIZE_MAX = 1 << 20,
};

// Where the fields of a pool header lie, out of the layout once for a scan of many pools.
struct pool_layout {
	uint32_t pool_size, header_size;
	uint32_t used, free_block, size_index, next_offset, max_next_offset;
};

// A header that passed the first tests.
struct pool {
	addr_t address;
	addr_t free_block; // first of the chain of free blocks, or 0
	uint32_t block_size;
	uint32_t used;	      // blocks in use
	uint32_t next_offset; // of the first block that was never used
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
		.free_block = bytes_u64(bytes, layout->free_block),
		.block_size = size,
		.used = used,
		.next_offset = next,
	};
	return used <= (next - layout->header_size) / size;
}

// Whether the chain of free blocks stays on block boundaries inside the pool and leaves as many
// blocks as the header says are in use. Each link is the first word of a free block.
static bool chain_agrees(
	const struct image *image, const struct pool_layout *layout, const struct pool *pool)
{
	uint32_t carved = (pool->next_offset - layout->header_size) / pool->block_size;
	uint64_t block = pool->free_block;
	for (uint32_t left = carved - pool->used; left; left--) {
		uint64_t offset = block - pool->address - layout->header_size;
		if (offset >= pool->next_offset - layout->header_size ||
			(uint32_t)offset % pool->block_size != 0 ||
			!image_read_u64(image, block, &block))
			return false;
	}
	return block == 0;
}

static void add_pool(
	const struct pool_layout *layout, const struct pool *pool, struct pool_usage *usage)
{
	// A pool that became empty keeps its header and its chain (obmalloc.c,
	// insert_to_freepool()) until another size class takes it.
	if (!pool->used) {
		usage->empty_bytes += layout->pool_size;
		return;
	}
	uint64_t used = (uint64_t)pool->used * pool->block_size;
	uint64_t blocks = (layout->pool_size - layout->header_size) / pool->block_size;
	usage->pools++;
	usage->arena_bytes += layout->pool_size;
	usage->used_bytes += used;
	usage->free_bytes += blocks * pool->block_size - used;
}

// The first page of a pool is all that must be held: the others may never have been touched.
static void measure_range(const struct image *image, const struct pool_layout *layout, addr_t start,
	addr_t end, struct pool_usage *usage)
{
	addr_t address = (start + layout->pool_size - 1) / layout->pool_size * layout->pool_size;
	for (; address < end; address += layout->pool_size) {
		const char *bytes = image_destination(image, address);
		struct pool pool;
		if (read_header(layout, bytes, address, &pool) &&
			chain_agrees(image, layout, &pool))
			add_pool(layout, &pool, usage);
	}
}

enum status pools_measure(const struct heap *heap, struct pool_usage *ret)
{
	struct pool_usage usage = {0};
	struct pool_layout layout;
	addr_t start = 0, end = 0;
	bool has_pools = get_layout(heap, &layout);
	while (has_pools && image_next_range(heap->image, end, &start, &end))
		measure_range(heap->image, &layout, start, end, &usage);
	*ret = usage;
	return STATUS_OK;
}
