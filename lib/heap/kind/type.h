// SPDX-License-Identifier: MIT
// Reads types, for kinds of metatypes that add fields.
#pragma once

#include "heap/kind/kind.h"

extern const struct kind_field type_references[];

// kind.size and kind.edges of types.
must_check enum status type_size(
	const struct heap *heap, const struct object *object, uint64_t *ret);
must_check enum status type_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor);
