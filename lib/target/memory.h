// SPDX-License-Identifier: MIT
// The kernel's figures of a process's memory, read from /proc without stopping it.
#pragma once

#include "base/error.h"
#include "result/memory_usage.h"

#include <sys/types.h>

enum memory_detail {
	MEMORY_RSS,	// statm: takes some microseconds; for a series
	MEMORY_ROLLUP,	// also the peak, page tables, PSS, USS, swap
	MEMORY_SPLIT,	// also the split by mappings: the kernel walks the page tables
};

// Reads the memory usage of a process. STATUS_GONE. STATUS_PERMISSION concerns details only:
// rss_bytes can be read by everyone, so with fewer details than requested the call succeeds and the
// flags tell.
must_check enum status memory_read(
	pid_t pid, enum memory_detail detail, struct memory_usage *ret, struct error *err);
