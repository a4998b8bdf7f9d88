// SPDX-License-Identifier: MIT
// The names that Python would give to objects of a walk: "__main__.cache",
// "app.Pool._instances[3].waiters". The name follows the path by which the walk met a node. Data
// keys are shown as [...] unless with_values. Needs the image.
#pragma once

#include "base/error.h"
#include "result/address.h"
#include "result/label.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;
struct text;
struct thread_names;
struct walk;

// Adds the name of a node to text. STATUS_NO_MEMORY.
must_check enum status naming_path(
	const struct walk *walk, uint32_t node, bool with_values, struct text *text);

// The same for many nodes: ret[i] becomes the path of nodes[i], which the caller frees. Looks once
// at each object on the paths, however many nodes it leads to, which is much faster if one dict of
// millions holds them all. STATUS_NO_MEMORY: ret has nothing.
must_check enum status naming_paths(
	const struct walk *walk, const uint32_t *nodes, size_t count, bool with_values, char **ret);

// Adds a plain object as Python would write it: "name", 12, True, None; only the beginning of a
// long str. False: it is none of these, or cannot be read; nothing was added.
bool naming_add_plain(const struct heap *heap, addr_t address, struct text *text);

// --- The parts of a path, for code that writes paths itself ---

// A reference as it is reported to a visitor (heap/edge.h).
struct naming_step {
	enum edge edge;
	uint64_t detail;
};

// The kinds of keys that a dict has, and how they are written.
enum naming_keys {
	NAMING_DATA,	   // the program's data: [...], unless values are wanted
	NAMING_GLOBALS,	   // names of variables: ["name"]
	NAMING_ATTRIBUTES, // .name; the dict itself is not written, unless the path ends there
};

// The kind of keys of a dict to which the step leads.
enum naming_keys naming_keys_behind(const struct naming_step *step);

// Adds a step from an object with that kind of keys: ".name", "[3]", "[...]", "{...}".
void naming_add_step(const struct heap *heap, const struct naming_step *step,
	enum naming_keys keys, bool with_values, struct text *text);

// Adds the text of a str object, or its beginning; "?": it cannot be read. A module's name replaces
// sys.modules["name"].
void naming_add_name(const struct heap *heap, addr_t str, struct text *text);

// Adds the names of all threads, for the labels of roots. STATUS_NO_MEMORY.
must_check enum status naming_find_threads(const struct walk *walk, struct thread_names *threads);

// Adds the root's label. Names are unique only within an interpreter, so those of all but the main
// one begin with its id, as in "<interpreter 2>.__main__.cache" (census_local_path() removes that).
// *ret_begin: where the interpreter's own names begin.
void naming_add_root(const struct walk *walk, const struct thread_names *threads, uint32_t number,
	struct text *text, size_t *ret_begin);

// Adds the path; of a long path only both ends.
void naming_add_short(const char *path, struct text *text);
