// SPDX-License-Identifier: MIT
#include "heap/unreached.h"

#include "alloc/allocator.h"
#include "base/guard.h"
#include "base/log.h"
#include "heap/scan.h"
#include "heap/type.h"
#include "heap/visited.h"

#include <stdlib.h>

enum {
	STEP = 16,	     // size in which the space in front of an object grows
	PREHEADER_MAX = 32,  // the collector's words, and those for a dict and weak references
	DEBUG_HEADER = 16,   // what the debug allocator puts in front: size, one letter, padding
	DEBUG_PADDING = 7,   // bytes of padding
	BLOCKS_AT_ONCE = 64,
	DEBUG_BYTE = 0xfd,   // PYMEM_FORBIDDENBYTE (Include/internal/pycore_pymem.h)
};

void unreached_deinit(struct unreached *unreached)
{
	unreached_rows_deinit(&unreached->rows);
}

// At most a debug header and the preheader are in front of an object.
static bool was_met(const struct visited *visited, const struct allocator_block *block)
{
	for (uint32_t offset = 0; offset < block->size && offset <= PREHEADER_MAX + DEBUG_HEADER;
		offset += STEP)
		if (visited_has(visited, block->address + offset))
			return true;
	return false;
}

// Objects/obmalloc.c, _PyMem_DebugRawAlloc: 8 bytes, the letter of the API, then padding.
static bool has_debug_header(const struct image *image, addr_t block)
{
	const uint8_t *bytes = image_at(image, block, DEBUG_HEADER);
	for (unsigned i = DEBUG_HEADER - DEBUG_PADDING; bytes && i < DEBUG_HEADER; i++)
		if (bytes[i] != DEBUG_BYTE)
			return false;
	return bytes;
}

// Finds the live object in a block: it must begin where its type says, after its preheader. Objects
// in the collector's lists were met by the walk, so this one must not be tracked.
static bool find_object(const struct heap *heap, const struct allocator_block *block, struct object *ret)
{
	uint32_t header = has_debug_header(heap->image, block->address) ? DEBUG_HEADER : 0;
	for (uint32_t preheader = 0; preheader <= PREHEADER_MAX; preheader += STEP) {
		uint32_t offset = header + preheader;
		addr_t address = block->address + offset;
		if (offset + STEP <= block->size && scan_is_object(heap, address) &&
			object_read(heap, address, ret) && ret->type->preheader == preheader &&
			!object_is_tracked(heap, ret))
			return true;
	}
	return false;
}

static enum status add_to_row(struct unreached *unreached, uint32_t type, uint32_t block_size)
{
	struct unreached_row *row =
		unreached_rows_add(&unreached->rows, (uint64_t)type << 32 | block_size);
	if (!row)
		return STATUS_NO_MEMORY;
	row->type = type;
	row->block_size = block_size;
	row->count++;
	return STATUS_OK;
}

static enum status add_block(const struct heap *heap, const struct visited *visited,
	const struct allocator_block *block, struct unreached *unreached)
{
	unreached->blocks++;
	if (was_met(visited, block))
		return STATUS_OK;
	struct object object;
	if (!find_object(heap, block, &object)) {
		unreached->other_blocks++;
		unreached->other_bytes += block->size;
		return STATUS_OK;
	}
	if (log_enabled(LOG_HEAP))
		log_trace(LOG_HEAP, "%#llx: no way leads to this %s",
			(unsigned long long)object.address, object.type->name);
	unreached->objects++;
	unreached->bytes += block->size;
	return add_to_row(unreached, object.type->id, block->size);
}

enum status unreached_find(
	const struct heap *heap, const struct visited *visited, struct unreached *ret)
{
	struct allocator_cursor *cursor;
	enum status status = pymalloc.open(&heap->python, &cursor);
	if (status)
		return status;
	struct unreached unreached = {0};
	struct allocator_block blocks[BLOCKS_AT_ONCE];
	size_t count;
	while (!status && (count = pymalloc.next(cursor, blocks, BLOCKS_AT_ONCE)))
		for (size_t i = 0; !status && i < count; i++)
			status = add_block(heap, visited, &blocks[i], &unreached);
	pymalloc.close(cursor);
	if (status) {
		unreached_deinit(&unreached);
		return status;
	}
	*ret = unreached;
	return types_ran_out_of_memory(heap->types) ? STATUS_NO_MEMORY : STATUS_OK;
}
