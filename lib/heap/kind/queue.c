// SPDX-License-Identifier: MIT
// queue.SimpleQueue: a list up to 3.12; later a ring buffer in a separate block
// (Modules/_queuemodule.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

struct ring {
	addr_t items;
	uint64_t capacity, first, count;
};

static enum status ring_read(
	const struct heap *heap, const struct object *object, struct ring *ret)
{
	addr_t queue = object->address;
	enum status status = struct_read(heap, queue, FIELD_queue_items, &ret->items);
	if (!status)
		status = struct_read_length(heap, queue, FIELD_queue_capacity, &ret->capacity);
	if (!status)
		status = struct_read_length(heap, queue, FIELD_queue_first, &ret->first);
	if (!status)
		status = struct_read_length(heap, queue, FIELD_queue_count, &ret->count);
	if (!status && ret->count &&
		(ret->first >= ret->capacity || ret->count > ret->capacity))
		return STATUS_INVALID;
	return status;
}

static enum status queue_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct ring ring = {0};
	enum status status = STATUS_OK;
	if (heap->layout->traits.counts_queue_items)
		status = ring_read(heap, object, &ring);
	*ret = object->type->basicsize + WORD_SIZE * ring.capacity;
	return status;
}

static enum status queue_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct ring ring;
	if (!layout_has(heap->layout, FIELD_queue_items))
		return STATUS_OK;
	enum status status = ring_read(heap, object, &ring);
	if (status || !ring.count)
		return status;
	const uint8_t *items = image_at(heap->image, ring.items, WORD_SIZE * ring.capacity);
	if (!items)
		return STATUS_UNREADABLE;
	for (uint64_t i = 0; i < ring.count; i++) {
		uint64_t place = (ring.first + i) % ring.capacity;
		visit(visitor, bytes_u64(items, WORD_SIZE * place), EDGE_INDEX, i);
	}
	return STATUS_OK;
}

// qsize(): items that were taken out stay in the list for a while.
static enum status queue_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct ring ring;
	addr_t list;
	uint64_t length, taken;
	enum status status;
	if (layout_has(heap->layout, FIELD_queue_items)) {
		status = ring_read(heap, object, &ring);
		if (!status)
			*ret = ring.count;
		return status;
	}
	status = struct_read(heap, object->address, FIELD_queue_list, &list);
	if (!status)
		status = struct_read_length(heap, list, FIELD_var_size, &length);
	if (!status)
		status = struct_read_length(
			heap, object->address, FIELD_queue_list_position, &taken);
	if (!status)
		*ret = length > taken ? length - taken : 0;
	return status;
}

const struct kind kind_queue = {
	.name = "queue",
	.type_names = (const char *const[]){"_queue.SimpleQueue", NULL},
	.size_field = FIELD_queue_size,
	.fields = (const struct kind_field[]){
		{FIELD_queue_list, NAME_lst},
		{FIELD_COUNT, 0},
	},
	.size = queue_size,
	.edges = queue_edges,
	.length = queue_length,
	.is_container = true,
};
