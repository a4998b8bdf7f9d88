// SPDX-License-Identifier: MIT
// Rows of the table of targets.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct recorded_target;
struct store;

// The id of the row of a target, 0 where there is none.
must_check enum status targets_find(struct store *store, const struct recorded_target *target,
	int64_t *ret, struct error *err);

// The same; the row is added where there is none, and learns what it did not know.
must_check enum status targets_note(struct store *store, const struct recorded_target *target,
	int64_t *ret, struct error *err);
