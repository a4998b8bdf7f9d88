// SPDX-License-Identifier: MIT
// Which kind reads the instances of a type. Internal to heap/type.
#pragma once

#include "heap/heap.h"
#include "heap/kind/kind.h"

#include <stdint.h>

struct capture;
struct type_fields;

// The classes from a type up its tp_base chain.
enum { TYPE_CHAIN_MAX = 64 };

struct type_chain {
	struct type_fields *classes; // the type itself first
	unsigned count;
};

// The kind of the nearest class that a kind names, or kind_opaque where a class nearer adds fields
// in C and nothing but object is named. ret_base_size is the tp_basicsize of the class whose C
// struct the kind reads, ret_c_size that of the nearest class made in C.
const struct kind *type_kind_find(const struct heap *heap, const struct capture *capture,
	const struct type_chain *chain, uint64_t *ret_base_size, uint64_t *ret_c_size);
