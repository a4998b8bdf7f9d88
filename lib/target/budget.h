// SPDX-License-Identifier: MIT
// How much memory a copy may take: never so much that the machine, or a container of ours, would
// run out of memory.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct budget {
	uint64_t available_bytes;
	const char *limit; // what sets the limit, in words
};

// Reads how much memory is available now: of the machine, of our control groups, and of max_bytes
// (0: no such limit). held_bytes is memory that we already have and will reuse.
struct budget budget_read(uint64_t max_bytes, uint64_t held_bytes);

// The memory for a copy of copied_bytes and for the walk that follows it: about 48 bytes an object.
uint64_t budget_need(uint64_t copied_bytes);

// STATUS_NO_MEMORY, with figures and the limit, if the copy does not fit. extra_bytes are needed
// for the copy only, not for the walk.
must_check enum status budget_check(const struct budget *budget, uint64_t copied_bytes,
	uint64_t extra_bytes, struct error *err);
