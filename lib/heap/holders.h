// SPDX-License-Identifier: MIT
// Who holds an object, or the objects of a type: each reference to one of them with the way on
// which its source is met from a root, ways of equal text counted together.
//
//	__main__.cache			an object by its path or address (heap/lookup.h)
//	dict, __main__.Session		all objects of that type; where a path leads to the class itself,
//					its objects are meant
//
// Takes time and memory (13 bytes a node) in proportion to the graph, however many objects are
// asked for.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct lookup;
struct references;
struct walk;

// The walk is the one that the lookup's graph was made of. Indexes are merged as [...], and so are
// keys of dicts unless lookup->with_values. The caller destroys *ret. STATUS_USAGE,
// STATUS_NOT_FOUND as lookup_find(); STATUS_NO_MEMORY.
must_check enum status holders_find(const struct lookup *lookup, const struct walk *walk,
	const char *subject, struct references **ret, struct error *err);
