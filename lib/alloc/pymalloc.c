// SPDX-License-Identifier: MIT
// Finds pymalloc's pools by their structure (Objects/obmalloc.c, struct pool_header): a
// page-aligned header whose size class, offsets and free chain fit together.
#include "alloc/allocator.h"

#include "layout/layout.h"
#include "python/field.h"
#include "target/image.h"

#include <stdlib.h>
#include <string.h>

enum {
	ALIGNMENT = 16,	   // of blocks, and the step between size classes
	SIZE_CLASSES = 32, // up to 512 bytes
	// The most blocks in a pool: the smallest blocks in the largest pool.
	POOL_SIZE_MAX = 1 << 20,
	POOL_BLOCKS_MAX = POOL_SIZE_MAX / 16,
};

// used is 0 in a pool that became empty: it keeps its header and its chain until another size class
// takes it (obmalloc.c, insert_to_freepool()).
struct pool {
	addr_t address;
	addr_t first_block;
	addr_t free_block; // first free block or 0; each begins with the address of the next
	uint32_t block_size;
	uint32_t capacity; // blocks that fit
	uint32_t carved;   // blocks used at least once, which are the first ones
	uint32_t used;	   // blocks in use
};

// The offsets of a pool header's fields, looked up once for a scan of many pools.
struct pool_layout {
	uint32_t pool_size, header_size;
	uint32_t used, free_block, size_index, next_offset, max_next_offset;
};

// Steps through all pools by ascending address. image is NULL if there are none.
struct pool_cursor {
	const struct image *image;
	struct pool_layout layout;
	addr_t at, end; // of the current pages
};

struct allocator_cursor {
	struct pool_cursor pools;
	struct pool pool;
	uint32_t at; // the next block of the pool
	uint64_t free[POOL_BLOCKS_MAX / 64]; // a bit for each block of the pool
};

// False: the layout does not describe pools.
static bool get_layout(const struct python *python, struct pool_layout *ret)
{
	const struct layout *layout = python->layout;
	static const enum layout_field fields[] = {FIELD_pool_header_size, FIELD_pool_used,
		FIELD_pool_free_block, FIELD_pool_size_index, FIELD_pool_next_offset,
		FIELD_pool_max_next_offset};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!layout_has(layout, fields[i]))
			return false;
	}
	*ret = (struct pool_layout){
		.pool_size = layout->pool_size,
		// Blocks begin at a multiple of the alignment (obmalloc.c, POOL_OVERHEAD).
		.header_size = (layout->field[FIELD_pool_header_size] + ALIGNMENT - 1) /
			ALIGNMENT * ALIGNMENT,
		.used = layout->field[FIELD_pool_used],
		.free_block = layout->field[FIELD_pool_free_block],
		.size_index = layout->field[FIELD_pool_size_index],
		.next_offset = layout->field[FIELD_pool_next_offset],
		.max_next_offset = layout->field[FIELD_pool_max_next_offset],
	};
	return ret->pool_size >= IMAGE_PAGE_SIZE && ret->pool_size <= POOL_SIZE_MAX &&
		ret->header_size < IMAGE_PAGE_SIZE;
}

// Tests that need only the header, the most selective ones first: they dominate the cost of a scan
// over gigabytes.
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

// Whether the chain of free blocks stays on block boundaries inside the pool and has as many blocks
// as the header implies. Each link is the first word of a free block.
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

static void pool_cursor_init(struct pool_cursor *cursor, const struct python *python)
{
	*cursor = (struct pool_cursor){0};
	if (get_layout(python, &cursor->layout))
		cursor->image = python->memory.image;
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

// The next pool; false at the end. Only the first page of a pool must be in the image, since the
// others may be untouched. The chain of free blocks was checked: it stays on block boundaries below
// carved, and has carved - used links.
static bool pool_cursor_next(struct pool_cursor *cursor, struct pool *ret)
{
	if (!cursor->image)
		return false;
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

static void add_pool(uint32_t pool_size, const struct pool *pool, struct allocator_usage *usage)
{
	if (!pool->used) {
		usage->empty_bytes += pool_size;
		return;
	}
	usage->regions++;
	usage->region_bytes += pool_size;
	usage->used_bytes += (uint64_t)pool->used * pool->block_size;
	usage->free_bytes += (uint64_t)(pool->capacity - pool->used) * pool->block_size;
}

static struct allocator_usage measure(const struct python *python)
{
	struct allocator_usage usage = {0};
	struct pool_cursor cursor;
	struct pool pool;
	pool_cursor_init(&cursor, python);
	while (pool_cursor_next(&cursor, &pool))
		add_pool(cursor.layout.pool_size, &pool, &usage);
	return usage;
}

static enum status open_cursor(const struct python *python, struct allocator_cursor **ret)
{
	struct allocator_cursor *cursor = malloc(sizeof(*cursor));
	if (!cursor)
		return STATUS_NO_MEMORY;
	cursor->pool = (struct pool){0};
	cursor->at = 0;
	pool_cursor_init(&cursor->pools, python);
	*ret = cursor;
	return STATUS_OK;
}

static void close_cursor(struct allocator_cursor *cursor)
{
	free(cursor);
}

// The pool cursor has checked the chain, so every link is a block of the pool.
static void mark_free(struct allocator_cursor *cursor)
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

// Goes to the next pool. False when there are no more.
static bool next_pool(struct allocator_cursor *cursor)
{
	cursor->at = 0;
	if (pool_cursor_next(&cursor->pools, &cursor->pool)) {
		mark_free(cursor);
		return true;
	}
	cursor->pools.image = NULL;
	cursor->pool.carved = 0;
	return false;
}

static size_t next_blocks(
	struct allocator_cursor *cursor, struct allocator_block *blocks, size_t room)
{
	size_t count = 0;
	do {
		uint32_t size = cursor->pool.block_size;
		for (; count < room && cursor->at < cursor->pool.carved; cursor->at++) {
			if (cursor->free[cursor->at / 64] >> cursor->at % 64 & 1)
				continue;
			blocks[count++] = (struct allocator_block){
				cursor->pool.first_block + (uint64_t)cursor->at * size, size};
		}
	} while (count < room && next_pool(cursor));
	return count;
}

const struct allocator_ops pymalloc = {
	.name = "pymalloc",
	.measure = measure,
	.open = open_cursor,
	.next = next_blocks,
	.close = close_cursor,
};
