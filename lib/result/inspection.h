// SPDX-License-Identifier: MIT
// One object that somebody asked for by name, and what it has.
#pragma once

#include "base/guard.h"
#include "base/vector.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// An object; or several of one type, whose keys are the program's data and not shown.
struct inspected {
	char *name; // in the object that has it: "cache", "[3]", "[...]" of several; NULL: that one itself
	char *type; // "module.qualname"
	uint64_t count;
	addr_t address; // 0 of several
	bool has_length;
	uint64_t length;
	uint64_t size_bytes;	 // sys.getsizeof(); of several the sum
	uint64_t retained_bytes; // of what would be freed with it, itself included; likewise
	char *value;		 // as Python would write it; NULL: not asked for, or nothing plain
};

VECTOR(inspected_list, struct inspected)

struct inspection {
	char *path; // as it was asked for
	struct inspected object;
	struct inspected_list entries; // what retains most first
};

void inspection_destroy(struct inspection *inspection);
GUARD(struct inspection, inspection_destroy)
