// SPDX-License-Identifier: MIT
// The visitor of references: what an object owns, one by one, each with its label.
#pragma once

#include "result/address.h"
#include "result/label.h"

#include <stdint.h>

// Receives the references of an object one by one. Put it first in a struct of your own.
struct visitor {
	void (*edge)(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail);
};

// Reports one reference; skips NULL pointers.
static inline void visit(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	if (to)
		visitor->edge(visitor, to, edge, detail);
}

static inline void visit_field(struct visitor *visitor, addr_t to, enum field_name name)
{
	visit(visitor, to, EDGE_FIELD, name);
}
