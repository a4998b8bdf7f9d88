// SPDX-License-Identifier: MIT
// What a file of samples says of a process and of each of its samples at little cost.
#pragma once

#include "result/identity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A process. It is known by host, boot_id, pid and start time.
struct recorded_target {
	int64_t id;	// in the file
	char *host;	// name of the machine
	char *boot_id;	// of its kernel, for each time it started
	struct identity identity; // "" where a string is not known
	// Of its samples; times are UTC, since 1970.
	uint64_t sample_count;
	int64_t first_ms, last_ms;
	uint64_t first_rss_bytes, last_rss_bytes;
};

void recorded_targets_free(struct recorded_target *targets, size_t count);

struct recorded_sample {
	int64_t id;	 // in the file, ascending in the order of writing
	int64_t taken_ms; // UTC, since 1970; where the clock was set back it goes back
	double seconds;	 // CLOCK_BOOTTIME: it never does
	uint64_t rss_bytes;
	bool has_heap;
	uint64_t objects, bytes; // where has_heap
};
