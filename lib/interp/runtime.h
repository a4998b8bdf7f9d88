// SPDX-License-Identifier: MIT
// The interpreter in a target: which CPython it is, its layout, the addresses of its well-known
// objects, its interpreter states and collectors.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "layout/layout.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct capture;
struct target;
struct interpreter_file;
struct image;

// Found once for a target, from symbols and a few live reads; does not change while the target
// runs.
struct runtime {
	uint32_t version;	     // PY_VERSION_HEX, 0x030b02f0
	char version_text[32];	     // "3.11.2"
	bool is_debug;		     // Py_DEBUG
	bool is_free_threaded;
	bool traces_refs;	     // Py_TRACE_REFS
	uint32_t header_extra;	     // bytes in front of ob_refcnt (symbols/data.h)
	const struct layout *layout; // never NULL
	struct layout *owned_layout; // == layout if it is not a built-in table; otherwise NULL
	addr_t address;		     // of _PyRuntime
	addr_t well_known[WELL_KNOWN_COUNT]; // 0: there is no such symbol
	addr_t interned_variable;    // up to 3.11: static variable that points to the dict of
				     // interned strings, if .symtab names it; otherwise 0
};

// Finds version, layout and well-known addresses and checks the layout against known objects
// (type(type) is type, names and sizes of static types, list heads that point back) by reading
// live memory. STATUS_NOT_PYTHON with one sentence for each refusal: a version without a layout,
// a free-threaded build, a layout that fails the check (the failing field is named).
// STATUS_UNREADABLE, STATUS_PERMISSION, STATUS_GONE.
must_check enum status runtime_create(const struct target *target, const struct interpreter_file *file,
	struct runtime **ret, struct error *err);
void runtime_destroy(struct runtime *runtime);
GUARD(struct runtime, runtime_destroy)

// For reading the interpreter's objects in a copy of its memory. capture, to which the copy
// belongs, has the constants; it may be NULL (python/memory.h).
static inline struct python runtime_python_copy(
	const struct runtime *runtime, const struct image *image, const struct capture *capture)
{
	return (struct python){.memory = {.image = image, .capture = capture},
		.layout = runtime->layout,
		.well_known = runtime->well_known};
}

// For reading them in the live process.
static inline struct python runtime_python_live(
	const struct runtime *runtime, const struct target *target)
{
	return (struct python){.memory = {.target = target},
		.layout = runtime->layout,
		.well_known = runtime->well_known};
}

// One generation of one interpreter's collector.
struct generation {
	addr_t head;	      // of the list, in the target
	int32_t count, threshold;
	uint64_t collections, collected, uncollectable; // since the start; 0 if not recorded
};

enum { GENERATIONS_MAX = 4 }; // three and the permanent one

// One interpreter state, as it stood in an image.
struct interpreter {
	addr_t address;
	int64_t id;
	addr_t modules, sysdict, builtins; // dict objects; 0: NULL
	addr_t gc;			   // its collector's state
	bool gc_enabled;
	bool gc_collecting;		   // a collection was in progress
	addr_t garbage, callbacks;	   // list objects
	struct generation generations[GENERATIONS_MAX];
	// The permanent generation is the last. 0: the first interpreter has the lists (3.8).
	unsigned generation_count;
};

// Reads all interpreter states of an image, the main one (id 0) first. The caller frees *ret.
// STATUS_INVALID: there are more than 1,000, or the list is a cycle.
must_check enum status runtime_read_interpreters(const struct runtime *runtime,
	const struct image *image, struct interpreter **ret, size_t *ret_count, struct error *err);

// Some addresses where objects of the newest interpreter lie for certain, small ones and large ones,
// by a few live reads: for copy_options. Returns how many.
enum { RUNTIME_HEAP_PLACES = 3 + GENERATIONS_MAX };
unsigned runtime_find_heap(const struct runtime *runtime, const struct target *target,
	addr_t places[RUNTIME_HEAP_PLACES]);

// Whether the collector of any interpreter is running, by a few live reads: for copy_options. If
// these fail, it counts as not running.
bool runtime_is_collecting(const struct runtime *runtime, const struct target *target);
