// SPDX-License-Identifier: MIT
// One object that a user asked for by name, and its entries.
#pragma once

#include "base/guard.h"
#include "base/vector.h"
#include "result/address.h"
#include "result/filler.h"

#include <stdbool.h>
#include <stdint.h>

// An object; or several of one type, whose keys are the program's data and are not shown.
struct inspected {
	char *name; // in its owner: "cache", "[3]"; "[...]" for several; NULL: the object itself
	char *type; // "module.qualname"
	uint64_t count;
	addr_t address; // 0 for several
	bool has_length;
	uint64_t length;
	uint64_t size_bytes;	 // sys.getsizeof(); for several the sum
	uint64_t retained_bytes; // what would be freed with it, itself included; likewise
	char *value;		 // as Python would write it; NULL: not asked for, or not plain
};

VECTOR(inspected_list, struct inspected)

struct inspection {
	char *path; // as the user wrote it
	struct inspected object;
	struct inspected_list entries; // those that retain most first
	struct filler_list filled_by;  // of a container, the most certain first
};

void inspection_destroy(struct inspection *inspection);
GUARD(struct inspection, inspection_destroy)
