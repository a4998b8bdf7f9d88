// SPDX-License-Identifier: MIT
// pymalloc's pools in an image, found by their structure (Objects/obmalloc.c, struct pool_header):
// a page-aligned header whose size class, offsets and free chain agree.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct heap;

struct pool_usage {
	uint64_t pools;
	uint64_t arena_bytes; // bytes of pools in use, headers included
	uint64_t used_bytes;  // blocks in use
	uint64_t free_bytes;  // free blocks in pools in use
	uint64_t empty_bytes; // besides: pools that became empty and wait in their arena
};

// Scans every held page run. STATUS_OK always finds an answer; with PYTHONMALLOC=malloc, or where the
// layout does not describe pools, it is zero.
must_check enum status pools_measure(const struct heap *heap, struct pool_usage *ret);
