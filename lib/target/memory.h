// SPDX-License-Identifier: MIT
// What the kernel says of a process's memory, read from /proc without stopping it.
#pragma once

#include "base/error.h"
#include "result/memory_usage.h"

#include <sys/types.h>

enum memory_detail {
	MEMORY_RSS,	// statm: some microseconds, for a series
	MEMORY_ROLLUP,	// and the peak, page tables, PSS, USS, swap
	MEMORY_SPLIT,	// and the split: walks the page tables
};

// Reads the usage of a process. STATUS_GONE, STATUS_PERMISSION (details only: rss_bytes is there
// for everyone, so with less than the asked detail the call still succeeds and the flags say so).
must_check enum status memory_read(
	pid_t pid, enum memory_detail detail, struct memory_usage *ret, struct error *err);
