// SPDX-License-Identifier: MIT
// Kinds of objects: for each C struct that objects consist of, its size and its references. To add
// one: write <type>.c with a const struct kind (see list.c for a short one), add it to kinds.def,
// list the file in lib/lib.am, and make such an object in tests/targets/oracle.py.
//
// The kind of a type is that of the nearest class along its tp_base chain that a kind names, so a
// subclass of dict is read as a dict. instance.c reads what a subclass adds (slots, __dict__) for
// all kinds; a kind sees only its own C struct.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdbool.h>
#include <stdint.h>

// A pointer to an object at a fixed offset in a C struct.
struct kind_field {
	enum layout_field field;
	enum field_name name; // attribute that shows it (NAME___closure__), or CPython's word
};

struct kind {
	const char *name;

	// The types that it reads. types lists those with an exported symbol, ended by
	// WELL_KNOWN_COUNT; type_names lists others by their full tp_name ("collections.deque"), in
	// which a star matches any text, ended by NULL. Each list may be NULL. A name counts only
	// for types made in C, and only if size_field is the size of the struct.
	const enum well_known *types;
	const char *const *type_names;
	enum layout_field size_field; // tp_basicsize must equal this field; FIELD_COUNT: any

	// sys.getsizeof() without the pre-header (Objects/..., the type's __sizeof__). NULL: the
	// default, tp_basicsize + tp_itemsize * ob_size. STATUS_UNREADABLE, STATUS_INVALID.
	enum status (*size)(const struct heap *heap, const struct object *object, uint64_t *ret);

	// The references at fixed offsets, ended by FIELD_COUNT. They are reported as EDGE_FIELD,
	// before those of edges(). A field that this CPython lacks, or that is after
	// type->base_size, is skipped. NULL: none.
	const struct kind_field *fields;

	// Reports every other reference that the C struct owns, including those that tp_traverse
	// leaves out (keys of dicts, names). Does not report borrowed and weak references. Skips
	// what it cannot read and then returns STATUS_UNREADABLE or STATUS_INVALID. NULL: no
	// others.
	enum status (*edges)(
		const struct heap *heap, const struct object *object, struct visitor *visitor);

	// len(), at least 0. NULL: the type has no length. STATUS_UNREADABLE, STATUS_INVALID.
	enum status (*length)(const struct heap *heap, const struct object *object, uint64_t *ret);

	bool extends_with_items; // a C subclass adds items to the struct, not fields
	bool is_container;   // it can grow: its length is compared between samples
	bool is_opaque;	     // the conservative fallback: objects count as opaque
	bool size_is_approximate; // the type's __sizeof__ could not be reproduced
};

// All kinds, ended by NULL; the last one is the fallback kind_opaque.
extern const struct kind *const kinds[];

// The kind of objects whose C struct is that of object: instances of plain classes.
extern const struct kind kind_instance;

// The kind of types that no other kind reads: the words of an object are scanned.
extern const struct kind kind_opaque;
