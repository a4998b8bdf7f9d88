// SPDX-License-Identifier: MIT
// The result of a walk, by type and by container; needs neither process nor image.
#pragma once

#include "base/guard.h"
#include "result/address.h"
#include "result/filler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct census_type {
	char *name; // "module.qualname"; types of the same name are added up
	uint64_t count, bytes;
	uint64_t tracked_count, tracked_bytes; // of these, in the collector's lists
	uint64_t opaque_count;		       // read by the conservative fallback
	bool size_is_approximate;
};

struct census_container {
	addr_t address;
	uint32_t type;	 // position in types
	uint32_t node;	 // of the walk; meaningless after the walk was destroyed
	uint64_t length;
	uint64_t bytes;	 // sys.getsizeof
	char *path;	 // NULL until named
};

// Allocated blocks of one type and one size in which the walk met no object.
struct census_unreached {
	char *type; // of the object that the block seems to contain
	uint32_t block_size;
	uint64_t count, bytes; // of whole blocks
};

// Objects of one type in one of several interpreters.
struct census_share {
	uint32_t type; // position in types
	uint64_t count, bytes;
	uint64_t tracked_count, tracked_bytes;
};

// The objects of one of several interpreters. All interpreters together have those of the census.
struct census_interpreter {
	uint64_t objects, bytes;
	uint64_t tracked;
	struct census_share *types; // ascending by position
	size_t type_count;
};

// The figures are explained in figures.def.
struct census_totals {
#define TOTAL(name, unit, ...) FIGURE_TYPE_##unit name;
#include "result/figures.def"
	bool has_blocks; // false: the allocator's blocks are unknown, and their figures are 0
	bool is_inexact; // a collection was in progress, or a list was broken
};

struct census {
	struct census_type *types; // ascending by name
	size_t type_count;
	struct census_container *containers; // ascending by address
	size_t container_count;
	// Not 0 in a census from a file, which leaves out short containers; all containers longer
	// than this are there.
	uint64_t least_length;
	struct census_unreached *unreached; // most bytes first
	size_t unreached_count;
	struct census_totals totals;
	struct filler_list fillers; // only of containers that somebody asked for; never in a file
	// In the order of the walk's interpreters. None if there is only one, which has everything,
	// or if they are unknown.
	struct census_interpreter *interpreters;
	size_t interpreter_count;
};

void census_destroy(struct census *census);
GUARD(struct census, census_destroy)

// The path of a container as its own interpreter would have it, without "<interpreter 2>."; it
// tells what holds the container. NULL: it has no name.
const char *census_local_path(const struct census_container *container);

// Whether a module holds it, according to its path: not the frame of a function, which may end, and
// not the interpreter itself.
bool census_is_of_module(const struct census_container *container);

// The code that fills a container: *ret_count fillers, none where nobody asked or none is certain.
const struct filler *census_fillers(
	const struct census *census, const struct census_container *container, size_t *ret_count);

// The container at an address, or NULL.
const struct census_container *census_container_at(const struct census *census, addr_t address);

// The same if its type has this name; otherwise NULL.
const struct census_container *census_find_container(
	const struct census *census, addr_t address, const char *type);
