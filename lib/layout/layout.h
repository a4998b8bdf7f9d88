// SPDX-License-Identifier: MIT
// The offsets of fields in one particular CPython, and its behaviour. Only this folder knows
// versions; all other code asks a layout.
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

// Values of a field that has no offset.
static const uint32_t LAYOUT_ABSENT = UINT32_MAX;	  // this CPython does not have it
static const uint32_t LAYOUT_UNKNOWN = UINT32_MAX - 1; // it may have it, but nobody has looked

// The releases whose behaviour traits.def describes, as PY_VERSION_HEX without level and serial.
enum { LAYOUT_OLDEST = 0x030800, LAYOUT_NEWEST = 0x030fff };

enum layout_source {
	LAYOUT_TABLE,	  // a built-in table: a build of layouts.in
	LAYOUT_DWARF,	  // read from the target's own debug information
	LAYOUT_PUBLISHED, // a table corrected by the offsets that the target publishes
	LAYOUT_STRUCTURE, // a table for objects; fields that lead to them found by structure
};

// Differences in behaviour, not in offsets. traits.def explains each.
#define TRAIT(name, first, last, why) bool name;
struct layout_traits {
#include "layout/traits.def"
};
#undef TRAIT

// Read a field as layout->field[FIELD_dict_keys].
struct layout {
	const char *name;		 // "CPython 3.11.2"
	uint32_t first_version;		 // PY_VERSION_HEX without level and serial: 0x030b02
	uint32_t last_version;		 // the last release for which it is known to be right
	uint32_t runtime_size;		 // size of the symbol _PyRuntime; 0: any
	const char *variant;		 // "", or what distinguishes the build: "debian", "debug"
	enum layout_source source;
	char *origin;			 // where debug information was found, printable; or NULL
	struct layout_traits traits;
	uint32_t pool_size;		 // bytes in a pymalloc pool
	uint32_t field[FIELD_COUNT];
};

// Frees a layout that was made at run time; a built-in table needs no release.
void layout_destroy(struct layout *layout);
GUARD(struct layout, layout_destroy)

// Whether the field has an offset: it is neither absent nor unknown.
static inline bool layout_has(const struct layout *layout, enum layout_field field)
{
	return layout->field[field] < LAYOUT_UNKNOWN;
}

// The number of unknown fields. Code treats them as absent, so a source that knows them is better
// (interp/select.h).
unsigned layout_count_unknown(const struct layout *layout);

// The name of a field: "dict_keys" for FIELD_dict_keys.
const char *layout_field_name(enum layout_field field);

// The struct and member of a field in DWARF, as fields.def states them.
void layout_field_place(enum layout_field field, const char **ret_struct, const char **ret_member);

// Whether a field is in an object, or in another struct that is the same in all releases of a minor
// version. False for _PyRuntime, PyInterpreterState, PyThreadState and the collector's state.
bool layout_field_is_of_object(enum layout_field field);

// The built-in tables of supported versions, ended by NULL; generated from lib/layout/layouts.in.
const struct layout *const *layout_tables(void);

// The built-in tables of versions that are not supported yet, ended by NULL; for developers and
// tests. layout_find() does not look here.
const struct layout *const *layout_candidates(void);

// The built-in table for a version (0x030b02) and a size of _PyRuntime (0: unknown). If several
// match (a distribution patches its build), the caller tries all of them in this order: pass the
// previous result as after, NULL first. NULL: there are no more. It is never a table of another
// version.
const struct layout *layout_find(
	uint32_t version, uint64_t runtime_size, const struct layout *after);

// Like layout_find(), for the built-in tables of the same minor version that behave like this
// release. Structs of objects are the same in them, but many others are not: complete and check the
// table, never use it as it is.
const struct layout *layout_find_minor(uint32_t version, const struct layout *after);

// Writes the versions of the tables into buffer, for messages: "3.11 and 3.13".
void layout_describe_supported(char *buffer, unsigned size);

// The traits of a version, as in traits.def; DWARF does not have them. STATUS_UNSUPPORTED:
// traits.def does not describe the version.
must_check enum status layout_traits_for(uint32_t version, struct layout_traits *ret);

// Bytes in a pymalloc pool of a version: POOL_BITS grew from 12 to 14 with the radix tree of 3.10
// (pycore_obmalloc.h).
#define LAYOUT_POOL_SIZE(version) ((version) < 0x030a00 ? 4096 : 16384)
uint32_t layout_pool_size(uint32_t version);
