// SPDX-License-Identifier: MIT
// collections.deque: a chain of blocks with 64 items each (Modules/_collectionsmodule.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/chain.h"

static uint64_t block_items(const struct heap *heap)
{
	return (heap_field(heap, FIELD_deque_block_right) -
		       heap_field(heap, FIELD_deque_block_data)) / WORD_SIZE;
}

static enum status deque_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

static enum status deque_left_index(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	enum status status = struct_read(heap, object->address, FIELD_deque_left_index, ret);
	if (!status && (*ret > block_items(heap) || !block_items(heap)))
		return STATUS_INVALID;
	return status;
}

static enum status deque_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t length, left;
	enum status status = deque_length(heap, object, &length);
	if (!status)
		status = deque_left_index(heap, object, &left);
	if (status)
		return status;
	uint64_t blocks = (left + length + block_items(heap) - 1) / block_items(heap);
	*ret = object->type->basicsize + blocks * heap_field(heap, FIELD_deque_block_size);
	return STATUS_OK;
}

static enum status deque_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t length, index;
	addr_t block;
	enum status status = deque_length(heap, object, &length);
	if (!status)
		status = deque_left_index(heap, object, &index);
	if (!status)
		status = struct_read(heap, object->address, FIELD_deque_left_block, &block);
	if (status)
		return status;
	struct chain chain = {0};
	for (uint64_t position = 0; position < length; index = 0) {
		const uint8_t *bytes =
			image_at(heap->image, block, heap_field(heap, FIELD_deque_block_size));
		if (!bytes)
			return STATUS_UNREADABLE;
		if (chain_closes(&chain, block))
			return STATUS_INVALID;
		const uint8_t *items = bytes + heap_field(heap, FIELD_deque_block_data);
		for (; index < block_items(heap) && position < length; index++, position++)
			visit(visitor, bytes_u64(items, WORD_SIZE * index), EDGE_INDEX, position);
		block = bytes_u64(bytes, heap_field(heap, FIELD_deque_block_right));
	}
	return STATUS_OK;
}

const struct kind kind_deque = {
	.name = "deque",
	.type_names = (const char *const[]){"collections.deque", NULL},
	.size_field = FIELD_deque_size,
	.size = deque_size,
	.edges = deque_edges,
	.length = deque_length,
	.is_container = true,
};
