// SPDX-License-Identifier: MIT
// How a copy of a process's memory went.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct copy_report {
	double stopped_ms;	// how long the target stood still, over all attempts
	double copy_ms;		// of these, spent in copying
	double prepare_ms;	// before the stop: maps, faulting in our memory
	uint64_t copied_bytes;
	uint64_t skipped_bytes; // not resident: never touched by the target
	uint64_t unreadable_bytes;
	unsigned threads;
	unsigned attempts;	// 1, or more where the target was busy
	bool consistent;	// is_consistent() said yes at last
};
