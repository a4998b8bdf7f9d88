// SPDX-License-Identifier: MIT
// What is quickly read from a file of samples: its processes, and an overview of their samples.
#pragma once

#include "result/identity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A process, identified by host, boot_id, pid and start time.
struct recorded_target {
	int64_t id;	// in the file
	char *host;	// name of the machine
	char *boot_id;	// of its kernel, for each boot
	struct identity identity; // a string is "" if it is unknown
	// Of all its samples; times are UTC, since 1970.
	uint64_t sample_count;
	int64_t first_ms, last_ms;
	uint64_t first_rss_bytes, last_rss_bytes;
};

void recorded_targets_free(struct recorded_target *targets, size_t count);

struct recorded_sample {
	int64_t id;	 // in the file, ascending in the order of writing
	int64_t taken_ms; // UTC, since 1970; goes back if the clock was set back
	double seconds;	 // CLOCK_BOOTTIME, which never goes back
	uint64_t rss_bytes;
	bool has_heap;
	uint64_t objects, bytes; // if has_heap
};
