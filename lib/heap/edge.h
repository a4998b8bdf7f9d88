// SPDX-License-Identifier: MIT
// References: what an object owns, and how Python would write the way there.
#pragma once

#include "result/address.h"

#include <stdint.h>

enum edge {
	EDGE_FIELD,	// detail: a constant C string as a number: "__closure__", "cell_contents"
	EDGE_ATTRIBUTE, // detail: address of the str that names it: values and slots of instances
	EDGE_SLOT,	// detail: address of the C string (PyMemberDef.name) that names the slot
	EDGE_INDEX,	// detail: position in a list, tuple, deque, ...
	EDGE_KEY,	// detail: position; the key of a dict entry
	EDGE_VALUE,	// detail: address of the key object of a dict entry
	EDGE_ELEMENT,	// detail: position; a member of a set
	EDGE_LOCAL,	// detail: address of the str that names the variable, or 0
	EDGE_STACK,	// detail: position on a frame's value stack
	EDGE_OPAQUE,	// detail: offset of the word that was found by scanning
	EDGE_TYPE,	// the object's type
};

// Receives the references of an object one by one. Put it first in a struct of your own.
struct visitor {
	void (*edge)(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail);
};

// Reports one reference; NULL pointers are passed over.
static inline void visit(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	if (to)
		visitor->edge(visitor, to, edge, detail);
}

static inline void visit_field(struct visitor *visitor, addr_t to, const char *name)
{
	visit(visitor, to, EDGE_FIELD, (uint64_t)(uintptr_t)name);
}
