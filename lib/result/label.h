// SPDX-License-Identifier: MIT
// Labels of references. A label is two numbers, so that graphs can keep millions of them in flat
// arrays and files can keep them on disk. They are converted to words when these are needed.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The kinds of references from an object; the detail distinguishes references of the same kind.
// Walks report details of 64 bits; where the detail is an address, a graph has a number in one of
// its tables instead (graph/graph.h).
enum edge {
	EDGE_FIELD,	// detail: enum field_name
	EDGE_ATTRIBUTE, // detail: address of the str that names it: values of instances
	EDGE_SLOT,	// detail: address of the C string (PyMemberDef.name) that names the slot
	EDGE_INDEX,	// detail: position in a list, tuple, deque, ...
	EDGE_KEY,	// detail: position; the key of a dict entry
	EDGE_VALUE,	// detail: address of the key of a dict entry; the key is reported first
	EDGE_ELEMENT,	// detail: position; a member of a set
	EDGE_LOCAL,	// detail: address of the str that names the variable, or 0
	EDGE_STACK,	// detail: position on a frame's value stack
	EDGE_OPAQUE,	// detail: offset of the word that was found by scanning
	EDGE_TYPE,	// detail: 0; the object's type
};

#define FIELD_NAME(name) NAME_##name,
enum field_name {
	NAME_none, // ""
#include "result/field_names.def"
	FIELD_NAME_COUNT,
};
#undef FIELD_NAME

// "__code__" for NAME___code__; "" if name is invalid.
const char *field_name_text(uint64_t name);

// What holds objects without being an object. In the order in which a walk begins from them: a path
// from an earlier kind gives an object a better name.
enum root_kind {
	ROOT_MODULES,	  // sys.modules
	ROOT_INTERPRETER, // other fields of the interpreter state, including the collector's
	ROOT_THREAD,	  // fields of a thread state
	ROOT_FRAME,	  // a running frame's variables, stack and function
	ROOT_STALE,	  // a slot of a running frame's stack that may be left over
	ROOT_TYPE,	  // well-known static types, and the interpreter's state for them
	ROOT_STRINGS,	  // the dict of interned strings; reference counts do not include it
	ROOT_STATIC,	  // words of static data that look like references: conservative
	ROOT_STATE,	  // words of an interpreter state that look like references: conservative
	ROOT_STATIC_TYPE, // a type defined in C: it is never freed, whatever refers to it
	ROOT_COLLECTOR,	  // no known root: only the collector's lists have the object
};

// Whether the root may not exist: a word was taken for a reference.
static inline bool root_is_conservative(enum root_kind kind)
{
	return kind == ROOT_STALE || kind == ROOT_STATIC || kind == ROOT_STATE;
}

// The same for a reference from an object.
static inline bool edge_is_conservative(enum edge edge)
{
	return edge == EDGE_OPAQUE;
}
