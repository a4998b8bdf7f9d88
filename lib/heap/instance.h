// SPDX-License-Identifier: MIT
// What any object may own besides its C struct: __slots__, __dict__ or attribute values, and its
// type.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

// Reports every reference that an object owns: those of its kind, its slots, its dict or attribute
// values and, last, its type. Statuses as for kind->edges().
must_check enum status object_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor);
