// SPDX-License-Identifier: MIT
// Frame objects. Their sizes: frame_sizeof(), Objects/frameobject.c.
#include "heap/kind/frame.h"

#include "heap/kind/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "python/code.h"
#include "python/frame.h"

#include <stddef.h>

static enum status tuple_length(const struct heap *heap, addr_t code, enum layout_field field,
	uint64_t *ret)
{
	addr_t tuple;
	enum status status = struct_read(heap, code, field, &tuple);
	*ret = 0;
	return status || !tuple ? status : struct_read_length(heap, tuple, FIELD_var_size, ret);
}

// Up to 3.10 variables and stack are in the object; the struct includes the first slot.
static enum status plain_frame_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t code;
	uint32_t stack, locals;
	uint64_t cells, frees;
	enum status status = struct_read(heap, object->address, FIELD_frame_object_code, &code);
	if (!status)
		status = struct_read_u32(heap, code, FIELD_code_stacksize, &stack);
	if (!status)
		status = struct_read_u32(heap, code, FIELD_code_nlocals, &locals);
	if (!status)
		status = tuple_length(heap, code, FIELD_code_cellvars, &cells);
	if (!status)
		status = tuple_length(heap, code, FIELD_code_freevars, &frees);
	if (status)
		return status;
	uint64_t slots = stack + (uint64_t)locals + cells + frees;
	*ret = heap_field(heap, FIELD_frame_object_size) + WORD_SIZE * slots - WORD_SIZE;
	return STATUS_OK;
}

static enum status frame_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t frame, code;
	uint64_t size;
	if (!layout_has(heap->layout, FIELD_frame_object_frame))
		return plain_frame_size(heap, object, ret);
	enum status status = struct_read(heap, object->address, FIELD_frame_object_frame, &frame);
	if (!status)
		status = frame_code(&heap->python, frame, &code);
	if (!status)
		status = code_frame_size(&heap->python, code, &size);
	if (status)
		return status;
	*ret = heap_field(heap, FIELD_frame_object_data) + size;
	return STATUS_OK;
}

struct adapter {
	struct frame_visitor frame;
	const struct heap *heap;
	struct visitor *visitor;
};

static void report(
	struct frame_visitor *frame, addr_t to, enum frame_slot slot, uint64_t detail)
{
	const struct adapter *adapter = (const struct adapter *)frame;
	switch (slot) {
	case FRAME_LOCAL:
		visit(adapter->visitor, to, EDGE_LOCAL, detail);
		break;
	case FRAME_STACK:
		visit(adapter->visitor, to, EDGE_STACK, detail);
		break;
	case FRAME_STALE:
		if (scan_is_object(adapter->heap, to))
			visit(adapter->visitor, to, EDGE_STACK, detail);
		break;
	case FRAME_FIELD:
		visit_field(adapter->visitor, to, frame_field_name((enum layout_field)detail));
		break;
	}
}

enum status frame_edges(const struct heap *heap, addr_t frame, struct visitor *visitor)
{
	struct adapter adapter = {{report}, heap, visitor};
	return frame_visit(&heap->python, frame, &adapter.frame);
}

static enum status frame_object_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct adapter adapter = {{report}, heap, visitor};
	return frame_object_visit(&heap->python, object->address, &adapter.frame);
}

const struct kind kind_frame = {
	.name = "frame",
	.types = (const enum well_known[]){WELL_KNOWN_frame, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = frame_size,
	.edges = frame_object_edges,
};
