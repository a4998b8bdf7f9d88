// SPDX-License-Identifier: MIT
// The rows of a run as a census.
#pragma once

#include "base/error.h"

struct census;
struct names;
struct run;
struct store;

// Totals stay 0. The caller destroys *ret. Containers of a type that the run does not have are left
// out. STATUS_INVALID, STATUS_NO_MEMORY.
must_check enum status run_census(struct store *store, struct names *names, const struct run *run,
	struct census **ret, struct error *err);
