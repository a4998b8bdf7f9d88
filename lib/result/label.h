// SPDX-License-Identifier: MIT
// What references are called. A label is two numbers, so that graphs keep millions of them in flat
// arrays and files keep them on disk; somebody else makes words of them, when they are asked for.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The kinds of references from an object, and the detail that tells one from another. Kinds of
// objects report details of 64 bits: what is an address there is a number of a table in a graph
// (graph/graph.h).
enum edge {
	EDGE_FIELD,	// detail: enum field_name
	EDGE_ATTRIBUTE, // detail: address of the str that names it: values of instances
	EDGE_SLOT,	// detail: address of the C string (PyMemberDef.name) that names the slot
	EDGE_INDEX,	// detail: position in a list, tuple, deque, ...
	EDGE_KEY,	// detail: position; the key of a dict entry
	EDGE_VALUE,	// detail: address of the key object of a dict entry, which is reported before it
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

// "__code__" for NAME___code__; "" for what is no name.
const char *field_name_text(uint64_t name);

// What holds objects without being one. In the order in which a walk begins from them: the earlier, the
// better the name that a way from there gives to an object.
enum root_kind {
	ROOT_MODULES,	  // sys.modules
	ROOT_INTERPRETER, // other fields of the interpreter state, the collector's among them
	ROOT_THREAD,	  // fields of a thread state
	ROOT_FRAME,	  // a running frame's variables, stack and function
	ROOT_STALE,	  // what a slot of a running frame's stack holds that may be left over
	ROOT_TYPE,	  // well-known static types and what the interpreter keeps for them
	ROOT_STRINGS,	  // the dict of interned strings; its references are not counted in refcounts
	ROOT_STATIC,	  // words of static data that look like references: conservative
	ROOT_STATE,	  // words of an interpreter state, likewise
	ROOT_STATIC_TYPE, // a type that C code defines: nothing frees it, whoever refers to it
	ROOT_COLLECTOR,	  // nothing: the collector's lists alone have it
};

// Whether there may be no such reference: words were taken for one.
static inline bool root_is_conservative(enum root_kind kind)
{
	return kind == ROOT_STALE || kind == ROOT_STATIC || kind == ROOT_STATE;
}

// The same of a reference from an object.
static inline bool edge_is_conservative(enum edge edge)
{
	return edge == EDGE_OPAQUE;
}
