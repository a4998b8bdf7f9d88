// SPDX-License-Identifier: MIT
// What frames refer to, as edges; and how large they are.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdint.h>

// frame_visit() for objects that contain a frame: slots that may be stale are reported only where
// they lead to an object. Statuses as frame_visit().
must_check enum status frame_edges(
	const struct heap *heap, addr_t frame, struct visitor *visitor);

// frame_object_visit(), likewise.
must_check enum status frame_object_edges(
	const struct heap *heap, addr_t object, struct visitor *visitor);

// The code object of the _PyInterpreterFrame at frame (3.11 on). STATUS_UNREADABLE.
must_check enum status frame_code(const struct heap *heap, addr_t frame, addr_t *ret);

// Bytes of a _PyInterpreterFrame that runs code (_PyFrame_NumSlotsForCodeObject).
// STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status frame_size_for_code(
	const struct heap *heap, addr_t code, uint64_t *ret);
