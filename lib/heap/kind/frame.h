// SPDX-License-Identifier: MIT
// The references of frames, as edges.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdint.h>

// frame_visit() for objects that contain a frame: slots that may be stale are reported only if they
// refer to an object. Statuses as for frame_visit().
must_check enum status frame_edges(
	const struct heap *heap, addr_t frame, struct visitor *visitor);
