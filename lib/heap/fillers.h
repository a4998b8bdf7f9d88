// SPDX-License-Identifier: MIT
// Finds the code that adds to a container: functions in whose bytecode a name that leads to it is
// followed by a store into it, or by a call of a method that adds. What can be said for certain, by
// what globals and classes hold in the copy:
//
//	cache[key] = value		cache is a global, of whatever name, that has the container
//	cache.append(value)		or setdefault, add, update, ...; cache += [...]
//	module.cache[key] = value	a global that has the module, class or object whose attribute it is
//	self.history.append(value)	in a method of the class of the object, or of the class itself
//
// A container that reaches a function as an argument, by a closure or out of another container is not
// followed: then nothing is said.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct census;
struct filler_list;
struct walk;

enum { FILLERS_MAX = 3 }; // of each container

// Adds to ret those of the census's containers at these positions (at most FILLERS_CONTAINERS_MAX). The walk is done. Looks at each function once, however many containers there are.
// STATUS_NO_MEMORY.
enum { FILLERS_CONTAINERS_MAX = 16 };
must_check enum status fillers_find(const struct walk *walk, const struct census *census,
	const size_t *positions, size_t count, struct filler_list *ret);
