// SPDX-License-Identifier: MIT
// Who holds an object, or all objects of a type.
#pragma once

#include "base/guard.h"
#include "base/vector.h"

#include <stdint.h>

// References that come from objects of one type and are called the same.
struct referrer {
	char *type; // "module.qualname" of what refers
	char *via;  // ".cache", "[...]", "{...}", ".<key>"
	uint64_t count;
};

// A step of ways that begin with the same ones: they make a tree, in which what is above comes first.
struct holding_step {
	char *label;	// "__main__", ".cache", "[...]"
	uint32_t above; // position of the step before it; HOLDING_ROOT: there is none
};

static const uint32_t HOLDING_ROOT = UINT32_MAX;

// References to the subject that are reached by the same way from a root, indexes and keys that are
// data aside.
struct holding_path {
	char *path; // "__main__.nodes[...]"
	uint64_t count;
	uint32_t step; // position of the last one, which leads to the subject
};

VECTOR(referrers, struct referrer)
VECTOR(holding_paths, struct holding_path)
VECTOR(holding_steps, struct holding_step)

// Both lists have what there is most of first, and at most REFERENCES_LISTED_MAX; the totals are of
// all.
struct references {
	char *path;		 // as it was asked for
	char *type;		 // "module.qualname"
	uint64_t count;		 // of objects
	uint64_t bytes;		 // sys.getsizeof() of all of them
	uint64_t retained_bytes; // of what would be freed with them, themselves included
	struct holding_paths paths;
	struct holding_steps steps; // of these paths
	struct referrers referrers;
	uint64_t path_count, referrer_count; // as if none had been left out
};

enum { REFERENCES_LISTED_MAX = 10000 };

void references_destroy(struct references *references);
GUARD(struct references, references_destroy)
