// SPDX-License-Identifier: MIT
#include "heap/frame_edges.h"

#include "heap/scan.h"
#include "heap/struct.h"
#include "interp/frame_refs.h"

// No function has more variables or a deeper stack (co_stacksize and the like are ints).
static const uint32_t SLOTS_MAX = 1 << 24;

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
	return frame_visit(heap->runtime, heap->image, frame, &adapter.frame);
}

enum status frame_object_edges(const struct heap *heap, addr_t object, struct visitor *visitor)
{
	struct adapter adapter = {{report}, heap, visitor};
	return frame_object_visit(heap->runtime, heap->image, object, &adapter.frame);
}

enum status frame_code(const struct heap *heap, addr_t frame, addr_t *ret)
{
	enum status status = struct_read(heap, frame, FIELD_frame_code, ret);
	if (!status && heap->layout->traits.has_tagged_stack_refs)
		*ret &= ~(addr_t)1; // Include/internal/pycore_stackref.h: not counted
	return status;
}

// co_framesize counts words, the frame's fixed part included; 3.11 has its summands only.
enum status frame_size_for_code(const struct heap *heap, addr_t code, uint64_t *ret)
{
	uint32_t slots, stack = 0;
	bool has_framesize = layout_has(heap->layout, FIELD_code_framesize);
	enum status status = struct_read_u32(heap, code,
		has_framesize ? FIELD_code_framesize : FIELD_code_nlocalsplus, &slots);
	if (!status && !has_framesize)
		status = struct_read_u32(heap, code, FIELD_code_stacksize, &stack);
	if (status)
		return status;
	if (slots > SLOTS_MAX || stack > SLOTS_MAX)
		return STATUS_INVALID;
	*ret = (uint64_t)WORD_SIZE * (slots + stack);
	if (!has_framesize)
		*ret += heap_field(heap, FIELD_frame_localsplus);
	return STATUS_OK;
}
