// SPDX-License-Identifier: MIT
// The rows of the table of targets.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct recorded_target;
struct store;

// The id of a target's row; 0: there is none.
must_check enum status targets_find(struct store *store, const struct recorded_target *target,
	int64_t *ret, struct error *err);

// The same, but adds the row if there is none, and completes it with what it did not know.
must_check enum status targets_note(struct store *store, const struct recorded_target *target,
	int64_t *ret, struct error *err);
