// SPDX-License-Identifier: MIT
// How much memory a copy may take: never so much that the machine, or a container of ours, has to
// kill somebody for it.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct budget {
	uint64_t available_bytes;
	const char *limit; // what sets it, in words
};

// What there is to spare now: of the machine, of the control groups that we are in, and of
// max_bytes (0: no such limit). held_bytes are ours already and will be used again.
struct budget budget_read(uint64_t max_bytes, uint64_t held_bytes);

// What a copy of copied_bytes needs with the walk that follows it: 48 bytes or so an object.
uint64_t budget_need(uint64_t copied_bytes);

// STATUS_NO_MEMORY with figures and the limit where the copy does not fit, with extra_bytes that the
// walk has no use for.
must_check enum status budget_check(const struct budget *budget, uint64_t copied_bytes,
	uint64_t extra_bytes, struct error *err);
