// SPDX-License-Identifier: MIT
// Functions for all structs that begin with a PyDictObject.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdint.h>

// For use as members of struct kind.
must_check enum status dict_size(
	const struct heap *heap, const struct object *object, uint64_t *ret);
must_check enum status dict_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor);
must_check enum status dict_object_length(
	const struct heap *heap, const struct object *object, uint64_t *ret);
