// SPDX-License-Identifier: MIT
// Which pages of a process a copy takes: those of its heap mappings that are there. A page that the
// process never touched is not read, since reading would make the kernel supply one.
#pragma once

#include "base/error.h"
#include "base/vector.h"
#include "result/address.h"
#include "target/maps.h"

#include <stddef.h>
#include <stdint.h>

struct plan_range {
	addr_t start, end;
};

VECTOR(plan_ranges, struct plan_range)

// A part of a private file mapping that is not in memory: it still has the bytes of the file.
struct plan_hole {
	addr_t start, end;
	size_t map; // index into the maps
};

VECTOR(plan_holes, struct plan_hole)

// {0} is empty. All vectors ascend and their elements are disjoint. Areas and huge ranges are
// multiples of 2 MiB:
//
//	runs    ..####..######|##########.####|######..........|.#..............
//	areas   |-------------------------------------------------------------|
//	huge    |-----------------------------------------------|
struct plan {
	struct plan_ranges runs;  // what to copy
	struct plan_ranges areas; // the runs with what lies close between them
	struct plan_ranges huge;  // parts of areas that are worth huge pages of ours
	struct plan_holes holes;
	uint64_t bytes;	       // in runs
	uint64_t huge_extra_bytes; // in huge, but not in runs: what we need beyond the copy
	uint64_t skipped_bytes; // heap mappings, but not in memory
	uint64_t unreadable_bytes; // heap mappings at addresses, or of sizes, that are not supported
};

void plan_deinit(struct plan *plan);

// Makes the plan anew from the heap mappings of maps. pagemap_fd is /proc/PID/pagemap of the same
// process, or negative: then every page counts as being there. The memory of the last plan is used
// again. STATUS_NO_MEMORY, STATUS_GONE.
must_check enum status plan_make(struct plan *plan, const struct maps *maps, int pagemap_fd);

// Does without huge pages.
void plan_renounce_huge(struct plan *plan);

// Adds to runs the pages of [start, end) that are in memory or swapped out; all of them where
// pagemap_fd is negative or does not tell. STATUS_NO_MEMORY, STATUS_UNSUPPORTED (too many to ask
// for), STATUS_GONE.
must_check enum status plan_add_pages(
	struct plan_ranges *runs, addr_t start, addr_t end, int pagemap_fd);

// The two ways to ask. Adds to runs the pages of [*at, end) that are in memory or swapped out, as
// told by PAGEMAP_SCAN (since Linux 6.7), or by the words of pagemap. *at is where the answer ends.
// STATUS_NO_MEMORY, STATUS_UNSUPPORTED (too many words to read), STATUS_GONE, STATUS_FAILED.
must_check enum status plan_scan(int pagemap_fd, addr_t *at, addr_t end, struct plan_ranges *runs);
must_check enum status plan_read_words(
	int pagemap_fd, addr_t *at, addr_t end, struct plan_ranges *runs);

// Adds to runs the pages, of page_size bytes each, that words of pagemap show to be there; the first
// is for the page at start.
must_check enum status plan_add_words(struct plan_ranges *runs, addr_t start, const uint64_t *words,
	size_t count, uint64_t page_size);
