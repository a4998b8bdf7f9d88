// SPDX-License-Identifier: MIT
#include "target/live/plan.h"

#include "target/image.h"
#include "target/machine.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

// Documentation/admin-guide/mm/pagemap.rst
static const uint64_t page_is_there = UINT64_C(3) << 62; // present, swapped

// As linux/fs.h has them since 6.7.
struct scan_region {
	uint64_t start, end, categories;
};
struct scan_argument {
	uint64_t size, flags, start, end, walk_end, vector, vector_length, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
static const uint64_t scan_present_or_swapped = 1 << 3 | 1 << 4;
#define SCAN_REQUEST _IOWR('f', 16, struct scan_argument)

enum { SCAN_REGIONS = 2048, READ_WORDS = 16384 };

// Of a stretch of this size so much must be copied that a huge page is worth its memory: faulting in
// that many small pages takes several times as long as one huge page.
static const uint64_t huge_pages_from = IMAGE_HUGE_PAGE_SIZE / 8 * 3;

// A word a page: for more than this the process would stand still for too long.
static const uint64_t read_limit = UINT64_C(256) << 30;

// Private writable mappings of files up to this size are looked at whole.
static const uint64_t hole_limit = UINT64_C(64) << 20;

// No run crosses a multiple of this, so that an image can hold it under any of its flips.
static const addr_t run_boundary = UINT64_C(1) << MACHINE_LOWEST_FLIP;

static const addr_t address_end = UINT64_C(1) << IMAGE_ADDRESS_BITS;

void plan_deinit(struct plan *plan)
{
	plan_ranges_deinit(&plan->runs);
	plan_ranges_deinit(&plan->areas);
	plan_ranges_deinit(&plan->huge);
	plan_holes_deinit(&plan->holes);
}

static enum status add_range(struct plan_ranges *ranges, addr_t start, addr_t end)
{
	struct plan_range *last = plan_ranges_last(ranges);
	if (last && last->end >= start && start % run_boundary) {
		if (last->end < end)
			last->end = end;
		return STATUS_OK;
	}
	return plan_ranges_add(ranges, (struct plan_range){.start = start, .end = end});
}

static enum status add_run(struct plan_ranges *runs, addr_t start, addr_t end)
{
	enum status status = STATUS_OK;
	while (!status && start < end) {
		addr_t boundary = (start / run_boundary + 1) * run_boundary;
		addr_t stop = boundary < end ? boundary : end;
		status = add_range(runs, start, stop);
		start = stop;
	}
	return status;
}

enum status plan_add_words(struct plan_ranges *runs, addr_t start, const uint64_t *words, size_t count,
	uint64_t page_size)
{
	for (size_t i = 0; i < count;) {
		size_t first = i;
		while (i < count && words[i] & page_is_there)
			i++;
		enum status status =
			add_run(runs, start + first * page_size, start + i * page_size);
		if (status)
			return status;
		while (i < count && !(words[i] & page_is_there))
			i++;
	}
	return STATUS_OK;
}

enum status plan_read_words(int pagemap_fd, addr_t *at, addr_t end, struct plan_ranges *runs)
{
	if (end - *at > read_limit)
		return STATUS_UNSUPPORTED;
	uint64_t page_size = machine_page_size();
	uint64_t words[READ_WORDS];
	while (*at < end) {
		uint64_t pages = (end - *at) / page_size;
		size_t wanted = sizeof(*words) * (pages < READ_WORDS ? (size_t)pages : READ_WORDS);
		off_t offset = (off_t)(*at / page_size * sizeof(*words));
		ssize_t got = pread(pagemap_fd, words, wanted, offset);
		if (got < 0 && errno == EINTR)
			continue;
		// The end of the file: the process has no memory any more.
		if (!got)
			return STATUS_GONE;
		if (got < (ssize_t)sizeof(*words))
			return STATUS_FAILED;
		size_t count = (size_t)got / sizeof(*words);
		enum status status = plan_add_words(runs, *at, words, count, page_size);
		if (status)
			return status;
		*at += count * page_size;
	}
	return STATUS_OK;
}

enum status plan_scan(int pagemap_fd, addr_t *at, addr_t end, struct plan_ranges *runs)
{
	struct scan_region regions[SCAN_REGIONS];
	struct scan_argument argument = {
		.size = sizeof(argument),
		.vector = (uintptr_t)regions,
		.vector_length = SCAN_REGIONS,
		.category_anyof_mask = scan_present_or_swapped,
		.return_mask = scan_present_or_swapped,
		.end = end,
	};
	while (*at < end) {
		argument.start = *at;
		int count = ioctl(pagemap_fd, SCAN_REQUEST, &argument);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 || count > SCAN_REGIONS || argument.walk_end <= *at)
			return STATUS_FAILED;
		for (int i = 0; i < count; i++) {
			enum status status = add_run(runs, regions[i].start, regions[i].end);
			if (status)
				return status;
		}
		*at = argument.walk_end;
	}
	return STATUS_OK;
}

enum status plan_add_pages(struct plan_ranges *runs, addr_t start, addr_t end, int pagemap_fd)
{
	addr_t at = start;
	enum status status = STATUS_FAILED;
	if (pagemap_fd >= 0)
		status = plan_scan(pagemap_fd, &at, end, runs);
	if (status == STATUS_FAILED && pagemap_fd >= 0)
		status = plan_read_words(pagemap_fd, &at, end, runs);
	// Where nothing tells which pages are there, all are taken to be.
	if (status == STATUS_FAILED)
		status = add_run(runs, at, end);
	return status;
}

static enum status add_gap(
	struct plan *plan, const struct map *map, size_t index, addr_t start, addr_t end)
{
	if (start >= end)
		return STATUS_OK;
	// What large files are mapped for is data, not objects.
	if (*map->path != '/' || map->has_objects || map->end - map->start > hole_limit) {
		plan->skipped_bytes += end - start;
		return STATUS_OK;
	}
	return plan_holes_add(
		&plan->holes, (struct plan_hole){.start = start, .end = end, .map = index});
}

// Counts what the runs, from the given one on, leave of a mapping.
static enum status account_map(
	struct plan *plan, const struct map *map, size_t map_index, size_t run_index)
{
	const struct plan_range *runs = plan->runs.items;
	addr_t at = map->start;
	for (size_t i = run_index; i < plan->runs.count; i++) {
		if (runs[i].end <= map->start)
			continue;
		enum status status = add_gap(plan, map, map_index, at, runs[i].start);
		if (status)
			return status;
		at = runs[i].end;
	}
	return add_gap(plan, map, map_index, at, map->end);
}

static enum status add_map(
	struct plan *plan, const struct map *map, size_t map_index, int pagemap_fd)
{
	if (map->end > address_end || (map->start | map->end) % IMAGE_PAGE_SIZE) {
		plan->unreadable_bytes += map->end - map->start;
		return STATUS_OK;
	}
	// The last run may grow into this mapping.
	size_t first = plan->runs.count ? plan->runs.count - 1 : 0;
	enum status status = plan_add_pages(&plan->runs, map->start, map->end, pagemap_fd);
	if (status == STATUS_UNSUPPORTED) {
		plan->unreadable_bytes += map->end - map->start;
		return STATUS_OK;
	}
	return status ? status : account_map(plan, map, map_index, first);
}

static enum status make_areas(struct plan *plan)
{
	const addr_t mask = IMAGE_HUGE_PAGE_SIZE - 1;
	const struct plan_range *runs = plan->runs.items;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < plan->runs.count; i++) {
		plan->bytes += runs[i].end - runs[i].start;
		status = add_range(&plan->areas, runs[i].start & ~mask, (runs[i].end + mask) & ~mask);
	}
	return status;
}

static enum status add_huge(struct plan *plan, addr_t start, uint64_t used_bytes)
{
	if (used_bytes < huge_pages_from)
		return STATUS_OK;
	plan->huge_extra_bytes += IMAGE_HUGE_PAGE_SIZE - used_bytes;
	return add_range(&plan->huge, start, start + IMAGE_HUGE_PAGE_SIZE);
}

static enum status make_huge(struct plan *plan)
{
	const struct plan_range *runs = plan->runs.items;
	addr_t stretch = 0;
	uint64_t used_bytes = 0;
	for (size_t i = 0; i < plan->runs.count; i++) {
		for (addr_t at = runs[i].start; at < runs[i].end;) {
			addr_t start = at & ~(addr_t)(IMAGE_HUGE_PAGE_SIZE - 1);
			addr_t end = start + IMAGE_HUGE_PAGE_SIZE;
			if (start != stretch) {
				if (add_huge(plan, stretch, used_bytes))
					return STATUS_NO_MEMORY;
				stretch = start;
				used_bytes = 0;
			}
			addr_t stop = end < runs[i].end ? end : runs[i].end;
			used_bytes += stop - at;
			at = stop;
		}
	}
	return add_huge(plan, stretch, used_bytes);
}

void plan_renounce_huge(struct plan *plan)
{
	plan->huge.count = 0;
	plan->huge_extra_bytes = 0;
}

enum status plan_make(struct plan *plan, const struct maps *maps, int pagemap_fd)
{
	*plan = (struct plan){
		.runs = plan->runs,
		.areas = plan->areas,
		.huge = plan->huge,
		.holes = plan->holes,
	};
	plan->runs.count = plan->areas.count = plan->huge.count = plan->holes.count = 0;
	for (size_t i = 0; i < maps->count; i++) {
		if (!map_is_heap(&maps->items[i]))
			continue;
		enum status status = add_map(plan, &maps->items[i], i, pagemap_fd);
		if (status)
			return status;
	}
	enum status status = make_areas(plan);
	return status ? status : make_huge(plan);
}
