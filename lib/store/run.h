// SPDX-License-Identifier: MIT
// The types and containers of a sample, put together from the rows of all samples of its run: for
// each type and each address the last row counts.
//
//	sample 11 (base 11)	dict 40, list 7, str 90
//	sample 12 (base 11)	dict 41		str 95
//	sample 14 (base 11)	dict 43, list 0			so at 14: dict 43, str 95
#pragma once

#include "base/error.h"
#include "base/vector.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct run_type {
	int64_t name; // id
	uint64_t count, bytes, tracked_count, tracked_bytes, opaque_count; // count 0: gone
	bool is_approximate;
};

struct run_container {
	addr_t address;
	int64_t type; // id of its name
	bool is_gone; // then the rest is 0
	uint64_t length, bytes;
	int64_t path; // id, 0: none
};

VECTOR(run_types, struct run_type)
VECTOR(run_containers, struct run_container)

// {0} is empty.
struct run {
	struct run_types types;		  // ascending by name
	struct run_containers containers; // ascending by address
};

void run_deinit(struct run *run);

// Puts together the rows of the samples of a base, up to one sample. The caller releases *ret.
// STATUS_INVALID: there are implausibly many rows.
must_check enum status run_load(
	struct store *store, int64_t base, int64_t sample, struct run *ret, struct error *err);

// The row of an address, or NULL.
const struct run_container *run_find(const struct run *run, addr_t address);

// --- What changed ---

// Called for each row that differs, with its new contents; a row that is gone has a count of 0, or
// is_gone. A status other than STATUS_OK ends the loop and is returned.
struct run_change {
	enum status (*type)(void *context, const struct run_type *row);
	enum status (*container)(void *context, const struct run_container *row);
	void *context;
};

must_check enum status run_each_type(
	const struct run *before, const struct run *now, const struct run_change *change);
must_check enum status run_each_container(
	const struct run *before, const struct run *now, const struct run_change *change);

// Whether so much has changed that a complete sample takes no more space.
bool run_is_other(const struct run *before, const struct run *now);
