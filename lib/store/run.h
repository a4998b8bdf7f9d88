// SPDX-License-Identifier: MIT
// The types and containers of a sample as rows of the file, put together from the samples of its run:
// of each type and each address the last row counts.
//
//	sample 11 (base 11)	dict 40, list 7, str 90
//	sample 12 (base 11)	dict 41		str 95
//	sample 14 (base 11)	dict 43, list 0			so at 14: dict 43, str 95
#pragma once

#include "base/array.h"
#include "base/error.h"
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

// Meant to be read. {0} is empty.
struct run {
	struct array types;	 // of struct run_type, ascending by name
	struct array containers; // of struct run_container, ascending by address
};

void run_deinit(struct run *run);

// What the samples of a base say up to one of them. STATUS_INVALID: more than anyone has.
must_check enum status run_load(
	struct store *store, int64_t base, int64_t sample, struct run *ret, struct error *err);

// The row of an address, or NULL.
const struct run_container *run_find(const struct run *run, addr_t address);
