// SPDX-License-Identifier: MIT
#include "heap/frame_edges.h"

#include "heap/scan.h"
#include "heap/struct.h"
#include "python/frame.h"

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

enum status frame_object_edges(const struct heap *heap, addr_t object, struct visitor *visitor)
{
	struct adapter adapter = {{report}, heap, visitor};
	return frame_object_visit(&heap->python, object, &adapter.frame);
}
