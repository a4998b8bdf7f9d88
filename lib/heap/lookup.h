// SPDX-License-Identifier: MIT
// Finds an object by the name that Python would give it, and says what it has.
//
//	__main__.cache			a global of a module
//	app.db.Pool._instances[3]	of a class, by index; app.db is a module
//	sys.modules["x"].y		by a key that is a str, or an int
//	<interpreter 2>.__main__.cache	of another interpreter than the main one
//	0x7f3a12345678			by its address
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dominators;
struct graph;
struct heap;
struct inspection;
struct interpreter;

// Filled in by who asks; all borrowed. The graph is that of the heap.
struct lookup {
	const struct heap *heap;
	const struct interpreter *interpreters; // in the order in which the walk had them
	size_t interpreter_count;
	const struct graph *graph;
	const struct dominators *dominators; // done
	bool with_values; // show keys and plain values, which are the program's data
};

// The node that the path leads to. STATUS_USAGE: it cannot be read as a path; STATUS_NOT_FOUND: there
// is no such object; STATUS_NO_MEMORY.
must_check enum status lookup_find(
	const struct lookup *lookup, const char *path, uint32_t *ret, struct error *err);

// What is to be said of a node, which is shown under that path. Entries whose keys are data are added up
// by type unless with_values, and so are those of very long objects in any case. The caller destroys *ret. STATUS_NO_MEMORY.
must_check enum status lookup_inspect(const struct lookup *lookup, uint32_t node, const char *path,
	struct inspection **ret, struct error *err);
