// SPDX-License-Identifier: MIT
// How Python would name what a walk has met: "__main__.cache", "app.Pool._instances[3].waiters". The
// name is that of the way by which a node was met. Data keys are shown as [...] unless with_values.
// Needs the image.
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

// The same for many nodes: ret[i] becomes the path of nodes[i], which the caller frees. Objects on
// the way are looked at once, however many of the nodes they lead to: where a dict of millions
// holds them all, that is what makes the difference. STATUS_NO_MEMORY: ret holds nothing.
must_check enum status naming_paths(
	const struct walk *walk, const uint32_t *nodes, size_t count, bool with_values, char **ret);

// Adds a plain object as Python would write it: "name", 12, True, None; of a long str only its beginning.
// False where it is none of these, or cannot be read: then nothing was added.
bool naming_add_plain(const struct heap *heap, addr_t address, struct text *text);

// --- The parts of a path, for who puts paths together ---

// A reference as a visitor hears of it (heap/edge.h).
struct naming_step {
	enum edge edge;
	uint64_t detail;
};

// What the keys of a dict are, and how they are written.
enum naming_keys {
	NAMING_DATA,	   // the program's data: [...], unless values are wanted
	NAMING_GLOBALS,	   // names of variables: ["name"]
	NAMING_ATTRIBUTES, // .name: and the dict itself is passed over, unless the path ends there
};

// What the keys are of a dict that the step leads to.
enum naming_keys naming_keys_behind(const struct naming_step *step);

// Adds the step, which leaves an object with such keys: ".name", "[3]", "[...]", "{...}".
void naming_add_step(const struct heap *heap, const struct naming_step *step,
	enum naming_keys keys, bool with_values, struct text *text);

// Adds what a str object spells, at most its beginning; "?" where it cannot be read. A module's name
// takes the place of sys.modules["name"].
void naming_add_name(const struct heap *heap, addr_t str, struct text *text);

// Adds the names of all threads, which labels of roots have. STATUS_NO_MEMORY.
must_check enum status naming_find_threads(const struct walk *walk, struct thread_names *threads);

// Adds the root's label. Names are unique in an interpreter only: those of all but the main one begin
// with its id, as in "<interpreter 2>.__main__.cache" (census_local_path() takes that away again).
// *ret_begin: where its own names do.
void naming_add_root(const struct walk *walk, const struct thread_names *threads, uint32_t number,
	struct text *text, size_t *ret_begin);

// Adds the path, of a long one only its ends.
void naming_add_short(const char *path, struct text *text);
