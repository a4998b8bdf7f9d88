// SPDX-License-Identifier: MIT
// What the kernel says of a process's memory at one moment.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct memory_usage {
	double seconds; // CLOCK_BOOTTIME at the reading
	uint64_t rss_bytes; // from statm, which may lag some pages behind the details
	uint64_t pss_bytes, uss_bytes, swap_bytes; // 0 where has_details is false
	bool has_details;			   // smaps_rollup could be read
	// The split of rss_bytes by kind of mapping, only where has_split (smaps was read).
	bool has_split;
	uint64_t brk_bytes;	  // [heap]
	uint64_t anonymous_bytes; // other private anonymous mappings
	uint64_t file_bytes;	  // file mappings, private and shared
	uint64_t stack_bytes;
	uint64_t shared_bytes; // shared anonymous memory, /dev/shm
};
