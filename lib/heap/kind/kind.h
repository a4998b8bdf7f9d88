// SPDX-License-Identifier: MIT
// Kinds of objects: for each C struct that objects are made of, how large it is and what it
// references. To add one: write <type>.c with a const struct kind (see list.c for a short
// one), name it in kinds.c, list the file in lib/lib.am, make one in tests/targets/oracle.py.
//
// A type's kind is that of the nearest class up its tp_base chain that a kind names, so a subclass
// of dict is read as a dict. What a subclass adds (slots, __dict__) is read by instance.c for all
// kinds alike; a kind sees only its own C struct.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdbool.h>
#include <stdint.h>

// A pointer to an object at a fixed place of a C struct.
struct kind_field {
	enum layout_field field;
	enum field_name name; // the attribute that shows it: NAME___closure__; else CPython's word
};

struct kind {
	const char *name;

	// Which types it reads; each list may be NULL. Types with an exported symbol, ended by
	// WELL_KNOWN_COUNT; and others by their full tp_name ("collections.deque"), in which a
	// star stands for any text, ended by NULL. A name counts only for types made in C, and only
	// where size_field is the size of its struct.
	const enum well_known *types;
	const char *const *type_names;
	enum layout_field size_field; // FIELD_..._size that tp_basicsize must equal; FIELD_COUNT: any

	// sys.getsizeof() without the pre-header (Objects/..., the type's __sizeof__). NULL: the
	// default, tp_basicsize + tp_itemsize * ob_size. STATUS_UNREADABLE, STATUS_INVALID.
	enum status (*size)(const struct heap *heap, const struct object *object, uint64_t *ret);

	// The references at fixed places, ended by FIELD_COUNT: they come before those of edges(), as
	// EDGE_FIELD. A field that this CPython lacks, or that lies behind type->base_size, is passed
	// over. NULL: none.
	const struct kind_field *fields;

	// Every other reference that the C struct owns, also those that tp_traverse leaves out (keys of
	// dicts, names). Borrowed and weak ones are left out. What cannot be read is passed over:
	// returns STATUS_UNREADABLE or STATUS_INVALID when something was. NULL: no others.
	enum status (*edges)(
		const struct heap *heap, const struct object *object, struct visitor *visitor);

	// len(), at least 0. NULL: it has none. STATUS_UNREADABLE, STATUS_INVALID.
	enum status (*length)(const struct heap *heap, const struct object *object, uint64_t *ret);

	bool extends_with_items; // what a C subclass adds to the struct are items, not fields
	bool is_container;   // can grow: its length is followed from sample to sample
	bool is_opaque;	     // the conservative fallback: counted as opaque
	bool size_is_approximate; // its own __sizeof__ could not be reproduced
};

// All kinds, ended by NULL; the last one is the fallback, kind_opaque.
extern const struct kind *const kinds[];

// The kind of objects whose C struct is object alone: instances of plain classes.
extern const struct kind kind_instance;

// What has no kind of its own: its words are scanned for known objects.
extern const struct kind kind_opaque;
