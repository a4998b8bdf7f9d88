// SPDX-License-Identifier: MIT
#include "target/live/read_constants.h"

#include "base/guard.h"
#include "base/log.h"
#include "target/constants.h"
#include "target/image.h"
#include "target/live/live.h"
#include "target/live/patience.h"
#include "target/live/plan.h"
#include "target/machine.h"
#include "target/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double patience_ms = 2000;

// What another thread reads: it shares nothing with us while it does.
struct reading {
	struct patience_job job;
	pid_t pid;
	int proc_fd;
	int mem_fd; // negative: process_vm_readv does it
	struct plan_range *wanted;
	size_t wanted_count;
	uint8_t *bytes; // a chunk for all of wanted
	size_t size;
	struct constant_runs runs; // what could be read
};

static void reading_destroy(struct reading *reading)
{
	if (!reading)
		return;
	closep(&reading->proc_fd);
	closep(&reading->mem_fd);
	free(reading->wanted);
	constant_chunk_free(reading->bytes, reading->size);
	constant_runs_deinit(&reading->runs);
	free(reading);
}
GUARD(struct reading, reading_destroy)

static void reading_release(struct patience_job *job)
{
	reading_destroy((struct reading *)job);
}

static size_t read_some(struct reading *reading, addr_t addr, void *buffer, size_t size)
{
	size_t got = live_read(reading->pid, reading->mem_fd, addr, buffer, size);
	if (got || reading->mem_fd >= 0 || !live_wants_mem(errno))
		return got;
	reading->mem_fd = openat(reading->proc_fd, "mem", O_RDONLY | O_CLOEXEC);
	return reading->mem_fd >= 0 ? live_read(reading->pid, reading->mem_fd, addr, buffer, size) : 0;
}

// Reads a range, passing over pages that cannot be read. Returns how many bytes of the chunk it took.
static size_t read_range(
	struct reading *reading, const struct plan_range *range, uint8_t *bytes)
{
	size_t used = 0;
	for (addr_t at = range->start; at < range->end;) {
		size_t got = read_some(reading, at, bytes + used, range->end - at);
		got &= ~(size_t)(IMAGE_PAGE_SIZE - 1);
		const struct constant_run run = {
			.start = at,
			.end = at + got,
			.bytes = bytes + used,
		};
		if (got && constant_runs_add(&reading->runs, run))
			return used;
		used += got;
		at += got;
		if (at < range->end)
			at += IMAGE_PAGE_SIZE;
	}
	return used;
}

static void reading_work(struct patience_job *job)
{
	struct reading *reading = (struct reading *)job;
	size_t used = 0;
	for (size_t i = 0; i < reading->wanted_count; i++)
		used += read_range(reading, &reading->wanted[i], reading->bytes + used);
}

// Takes the items of wanted over.
static enum status reading_create(
	const struct live *live, struct plan_ranges *wanted, struct reading **ret)
{
	AUTO(reading_destroyp) struct reading *reading = calloc(1, sizeof(*reading));
	if (!reading)
		return STATUS_NO_MEMORY;
	reading->job.work = reading_work;
	reading->job.release = reading_release;
	reading->pid = live->living;
	reading->mem_fd = -1;
	reading->proc_fd = fcntl(live->living_fd, F_DUPFD_CLOEXEC, 0);
	reading->wanted = plan_ranges_take_items(wanted, &reading->wanted_count);
	for (size_t i = 0; i < reading->wanted_count; i++)
		reading->size += reading->wanted[i].end - reading->wanted[i].start;
	reading->bytes = constant_chunk_create(reading->size);
	if (reading->proc_fd < 0 || !reading->bytes)
		return STATUS_NO_MEMORY;
	*ret = take_ptr(reading);
	return STATUS_OK;
}

static enum status read_wanted(
	struct constants *constants, const struct live *live, struct plan_ranges *wanted)
{
	AUTO(reading_destroyp) struct reading *reading = NULL;
	enum status status = reading_create(live, wanted, &reading);
	if (status)
		return status;
	uint64_t size = reading->size;
	status = patience_run(&reading->job, patience_ms);
	if (status) {
		reading = NULL;
		constants->left_out_bytes += size;
		return status == STATUS_NO_MEMORY ? status : STATUS_OK;
	}
	const struct constant_run *runs = reading->runs.items;
	return constants_add_take(constants, take_ptr(reading->bytes), reading->size, runs,
		reading->runs.count);
}

// Neighbours in the list that are mapped from the same file.
static bool is_same_file(const struct map *a, const struct map *b)
{
	return a->inode == b->inode && a->device == b->device && !strcmp(a->path, b->path);
}

// The mappings [*first, *end) of the file that the one at index is of.
static void find_file(const struct maps *maps, size_t index, size_t *first, size_t *end)
{
	*first = index;
	*end = index + 1;
	while (*first && is_same_file(&maps->items[*first - 1], &maps->items[index]))
		--*first;
	while (*end < maps->count && is_same_file(&maps->items[*end], &maps->items[index]))
		++*end;
}

// Whether constants that somebody may ask for lie in the mapping at index.
static bool has_constants(const struct maps *maps, size_t index)
{
	const struct map *map = &maps->items[index];
	if (!map->readable || map->writable || map->shared)
		return false;
	if (!map->inode)
		return !*map->path && !map->executable;
	size_t first, end;
	find_file(maps, index, &first, &end);
	bool is_loaded = false;
	for (size_t i = first; i < end; i++)
		is_loaded |= maps->items[i].executable;
	return is_loaded && (!map->executable || maps->items[first].executable);
}

static enum status list_maps(const struct maps *maps, struct constant_maps *ret)
{
	for (size_t i = 0; i < maps->count; i++) {
		const struct map *map = &maps->items[i];
		if (!has_constants(maps, i))
			continue;
		const struct constant_map added = {
			map->start, map->end, map->offset, map->device, map->inode};
		if (constant_maps_add(ret, added))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

bool constants_are_of(const struct constants *constants, const struct maps *maps)
{
	AUTO(constant_maps_deinit) struct constant_maps all = {0};
	if (list_maps(maps, &all) || all.count != constants->maps.count)
		return false;
	return !all.count ||
		!memcmp(all.items, constants->maps.items,
			all.count * sizeof(struct constant_map));
}

// Adds what of [start, end) is not held. *index is that of the first run to look at, and moves on.
static enum status add_missing(const struct constants *constants, addr_t start, addr_t end,
	size_t *index, struct plan_ranges *wanted)
{
	const struct constant_run *runs = constants->runs.items;
	while (start < end) {
		while (*index < constants->runs.count && runs[*index].end <= start)
			++*index;
		bool has_run = *index < constants->runs.count && runs[*index].start < end;
		addr_t stop = has_run ? runs[*index].start : end;
		if (stop > start && plan_ranges_add(wanted, (struct plan_range){start, stop}))
			return STATUS_NO_MEMORY;
		start = has_run ? runs[*index].end : end;
	}
	return STATUS_OK;
}

// The pages of a mapping that are in memory, and the first one of a file, there or not.
static enum status list_pages(
	const struct constant_map *map, int pagemap_fd, bool only_first, struct plan_ranges *pages)
{
	pages->count = 0;
	const struct plan_range first = {map->start, map->start + machine_page_size()};
	if (map->inode && !map->offset && plan_ranges_add(pages, first))
		return STATUS_NO_MEMORY;
	return only_first ? STATUS_OK
			  : plan_add_pages(pages, map->start, map->end, pagemap_fd);
}

static uint64_t range_bytes(const struct plan_ranges *ranges, size_t first)
{
	const struct plan_range *items = ranges->items;
	uint64_t bytes = 0;
	for (size_t i = first; i < ranges->count; i++)
		bytes += items[i].end - items[i].start;
	return bytes;
}

// Where the list stands.
struct listing {
	const struct constants *constants;
	int pagemap_fd;
	struct plan_ranges pages; // of one mapping
	struct plan_ranges *wanted;
	size_t run; // the first one that may lie in the next mapping
};

// Adds what of a mapping is in memory and not held yet.
static enum status listing_add(
	struct listing *listing, const struct constant_map *map, bool only_first)
{
	const struct constant_run *runs = listing->constants->runs.items;
	while (listing->run < listing->constants->runs.count && runs[listing->run].end <= map->start)
		listing->run++;
	size_t run = listing->run;
	enum status status = list_pages(map, listing->pagemap_fd, only_first, &listing->pages);
	const struct plan_range *pages = listing->pages.items;
	for (size_t i = 0; !status && i < listing->pages.count; i++)
		status = add_missing(
			listing->constants, pages[i].start, pages[i].end, &run, listing->wanted);
	return status;
}

// Lists what is in memory and not held yet, as far as limit_bytes allow.
static enum status list_wanted(struct constants *constants, int pagemap_fd, uint64_t limit_bytes,
	struct plan_ranges *wanted)
{
	struct listing listing = {
		.constants = constants, .pagemap_fd = pagemap_fd, .wanted = wanted};
	const struct constant_map *maps = constants->maps.items;
	uint64_t bytes = constants->held_bytes;
	enum status status = STATUS_OK;
	for (size_t i = 0; i < constants->maps.count && status != STATUS_NO_MEMORY; i++) {
		size_t before = wanted->count;
		status = listing_add(&listing, &maps[i], false);
		uint64_t more = range_bytes(wanted, before);
		// Too much, or a mapping too large to be told of by page, or no process any more.
		if (status || bytes + more > limit_bytes) {
			constants->left_out_bytes += status ? maps[i].end - maps[i].start : more;
			wanted->count = before;
			status = listing_add(&listing, &maps[i], true);
		}
		bytes += range_bytes(wanted, before);
	}
	plan_ranges_deinit(&listing.pages);
	return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

enum status read_constants(struct constants *constants, const struct live *live,
	const struct maps *maps, int pagemap_fd, uint64_t limit_bytes)
{
	AUTO(constant_maps_deinit) struct constant_maps all = {0};
	AUTO(plan_ranges_deinit) struct plan_ranges wanted = {0};
	constants->left_out_bytes = 0;
	enum status status = list_maps(maps, &all);
	if (!status)
		status = constants_set_maps(constants, all.items, all.count);
	if (!status && constants->held_bytes <= limit_bytes)
		status = list_wanted(constants, pagemap_fd, limit_bytes, &wanted);
	if (!status && wanted.count)
		status = read_wanted(constants, live, &wanted);
	if (constants->left_out_bytes)
		log_trace(LOG_TARGET, "%llu bytes of constants were left out",
			(unsigned long long)constants->left_out_bytes);
	return status;
}
