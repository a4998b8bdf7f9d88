// SPDX-License-Identifier: MIT
// Finds an object by its name in Python, and lists its entries.
//
//	__main__.cache			a global of a module
//	app.db.Pool._instances[3]	in a class, by index; app.db is a module
//	sys.modules["x"].y		by a key that is a str, or an int
//	<interpreter 2>.__main__.cache	in another interpreter than the main one
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

// The caller sets everything; all borrowed. The graph is that of the heap.
struct lookup {
	const struct heap *heap;
	const struct interpreter *interpreters; // in the order of the walk
	size_t interpreter_count;
	const struct graph *graph;
	const struct dominators *dominators; // done
	bool with_values; // show keys and plain values, which are the program's data
};

// Finds the node to which the path leads. STATUS_USAGE: it is not a path; STATUS_NOT_FOUND: there
// is no such object; STATUS_NO_MEMORY.
must_check enum status lookup_find(
	const struct lookup *lookup, const char *path, uint32_t *ret, struct error *err);

// Describes a node, which is shown with that path. Adds up entries by type if their keys are data
// and with_values is not set, or if the object is very long. The caller destroys *ret.
// STATUS_NO_MEMORY.
must_check enum status lookup_inspect(const struct lookup *lookup, uint32_t node, const char *path,
	struct inspection **ret, struct error *err);
