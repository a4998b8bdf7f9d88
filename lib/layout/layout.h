// SPDX-License-Identifier: MIT
// Where a field lies in one particular CPython, and how that CPython behaves. All knowledge of
// versions is in this folder; everywhere else asks a layout.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

#define FIELD(name, in_struct, member) FIELD_##name,
enum layout_field {
#include "layout/fields.def"
	FIELD_COUNT,
};
#undef FIELD

// What a field has instead of a place.
static const uint32_t LAYOUT_ABSENT = UINT32_MAX;	  // this CPython does not have it
static const uint32_t LAYOUT_UNKNOWN = UINT32_MAX - 1; // it may have it: nobody has looked

// The releases whose behaviour traits.def describes, as PY_VERSION_HEX without level and serial.
enum { LAYOUT_OLDEST = 0x030800, LAYOUT_NEWEST = 0x030fff };

enum layout_source {
	LAYOUT_TABLE,	  // a built-in table: a build of layouts.in
	LAYOUT_DWARF,	  // read from the target's own debug information
	LAYOUT_PUBLISHED, // a table corrected by the offsets that the target publishes
	LAYOUT_STRUCTURE, // the objects of a table, and what leads to them found by its structure
};

// What differs in behaviour, not in place. Each is explained in traits.def.
#define TRAIT(name, first, last, why) bool name;
struct layout_traits {
#include "layout/traits.def"
};
#undef TRAIT

// Meant to be read: layout->field[FIELD_dict_keys].
struct layout {
	const char *name;		 // "CPython 3.11.2"
	uint32_t first_version;		 // PY_VERSION_HEX without level and serial: 0x030b02
	uint32_t last_version;		 // the last release for which it is known to be right
	uint32_t runtime_size;		 // size of the symbol _PyRuntime; 0: any
	const char *variant;		 // "" or what sets the build apart: "debian", "debug"
	enum layout_source source;
	char *origin;			 // where debug information was found, fit to print; or NULL
	struct layout_traits traits;
	uint32_t pool_size;		 // bytes in a pymalloc pool
	uint32_t field[FIELD_COUNT];
};

// Frees a layout that was made, not a built-in table.
void layout_destroy(struct layout *layout);
GUARD(struct layout, layout_destroy)

// Whether there is a place to read: neither absent nor unknown.
static inline bool layout_has(const struct layout *layout, enum layout_field field)
{
	return layout->field[field] < LAYOUT_UNKNOWN;
}

// How many fields are unknown. Nothing reads them, as if they were absent; a source that knows them is
// to be preferred (interp/select.h).
unsigned layout_count_unknown(const struct layout *layout);

// "dict_keys" for FIELD_dict_keys.
const char *layout_field_name(enum layout_field field);

// The DWARF place of a field as fields.def states it.
void layout_field_place(enum layout_field field, const char **ret_struct, const char **ret_member);

// Whether a field lies in an object, or in something else whose shape all releases of a minor version
// share; not in _PyRuntime, PyInterpreterState, PyThreadState, the collector's state.
bool layout_field_is_of_object(enum layout_field field);

// The built-in tables of supported versions, NULL-terminated: lib/layout/layouts.in, as C.
const struct layout *const *layout_tables(void);

// The built-in tables of versions that are not supported yet, NULL-terminated: for developers and
// for tests. layout_find() does not look here.
const struct layout *const *layout_candidates(void);

// The built-in table for a version (0x030b02) and a runtime size (0: not known). Where several fit (a
// distribution patches its build), the caller tries all of them in this order: pass the previous result
// as after, NULL first. NULL when there is no further one. Never a neighbour's table.
const struct layout *layout_find(
	uint32_t version, uint64_t runtime_size, const struct layout *after);

// The built-in tables of the same minor version that behave as this release does. Objects are laid out
// alike in them, much of the rest is not: to be completed and checked, never to be used as they are. As
// layout_find().
const struct layout *layout_find_minor(uint32_t version, const struct layout *after);

// "3.11 and 3.13": what the tables support, for messages. Written into buffer.
void layout_describe_supported(char *buffer, unsigned size);

// The traits of a version, as traits.def states them; they are not in DWARF.
// STATUS_UNSUPPORTED for a version that nobody described.
must_check enum status layout_traits_for(uint32_t version, struct layout_traits *ret);

// Bytes in a pymalloc pool of a version: POOL_BITS grew from 12 to 14 with the radix tree of 3.10
// (pycore_obmalloc.h).
#define LAYOUT_POOL_SIZE(version) ((version) < 0x030a00 ? 4096 : 16384)
uint32_t layout_pool_size(uint32_t version);
