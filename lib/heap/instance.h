// SPDX-License-Identifier: MIT
// What any object may own besides its C struct: __slots__, __dict__ or attribute values, its type.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

// Every reference an object owns: its kind's, its slots', its dict's or attribute values', and,
// last, its type. Statuses as kind->edges().
must_check enum status object_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor);
