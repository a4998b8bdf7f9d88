// SPDX-License-Identifier: MIT
// Converts a census to the rows of a run and back: names become ids, and containers are chosen.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct census;
struct names;
struct run;
struct store;

// All borrowed.
struct census_rows {
	struct store *store;
	struct names *names;
	const struct census *census;
	const struct run *before; // its containers are followed
	struct run *now;	  // empty; filled in
	uint64_t *least_length;	  // filled in: the rows have all longer containers
};

// Takes all types. Takes the containers with a path, the longest ones, and those that the run
// already has, so that a container that was stored once is followed. STATUS_NO_MEMORY, and any
// status of a write to the file.
must_check enum status census_rows_make(const struct census_rows *rows, struct error *err);

// Reads the rows as a census, whose totals stay 0. The caller destroys *ret. Leaves out containers
// whose type the run does not have. STATUS_INVALID, STATUS_NO_MEMORY.
must_check enum status census_rows_read(struct store *store, struct names *names,
	const struct run *run, struct census **ret, struct error *err);
