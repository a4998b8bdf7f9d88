// SPDX-License-Identifier: MIT
// A census as rows of the file: names by their ids, and the containers that are chosen.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct census;
struct names;
struct run;
struct store;

// All borrowed.
struct rows {
	struct store *store;
	struct names *names;
	const struct census *census;
	const struct run *before; // whose containers are followed
	struct run *now;	  // empty; filled in
	uint64_t *least_length;	  // filled in: all containers longer than that are there
};

// STATUS_NO_MEMORY, and what a file that is written to may fail with.
must_check enum status rows_make(const struct rows *rows, struct error *err);
