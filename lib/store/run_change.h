// SPDX-License-Identifier: MIT
// What differs between two samples of a run, as the rows that say so.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct run;
struct run_container;
struct run_type;

// What is done with each row that differs: as it is now, with a count of 0, or is_gone, where it is no
// more. A status other than STATUS_OK ends it, and is returned.
struct run_change {
	enum status (*type)(void *context, const struct run_type *row);
	enum status (*container)(void *context, const struct run_container *row);
	void *context;
};

must_check enum status run_each_type(
	const struct run *before, const struct run *now, const struct run_change *change);
must_check enum status run_each_container(
	const struct run *before, const struct run *now, const struct run_change *change);

// Whether so much has changed that a whole sample is as small.
bool run_is_other(const struct run *before, const struct run *now);
