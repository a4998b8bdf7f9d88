// SPDX-License-Identifier: MIT
// A capture in four steps: what is there and does it fit, and constants (the process runs), stop,
// copy what is there now, resume and note what the image holds. Only the third costs the process
// time, so all that can be done before or after it is.
#include "target/target.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/time.h"
#include "target/budget.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/live/live.h"
#include "target/live/plan.h"
#include "target/live/read_constants.h"
#include "target/live/stop.h"
#include "target/live/transfer.h"
#include "target/machine.h"
#include "target/memory.h"
#include "target/proc.h"
#include "target/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Constants of the largest programs known come to a third of this.
static const uint64_t constants_limit = UINT64_C(64) << 20;

// A smaller copy says more about the cost of starting than about the rate.
static const uint64_t measurable_bytes = UINT64_C(32) << 20;

// Where no copy has been measured yet: what a slow machine manages.
static const double default_bytes_per_ms = 2e6;

struct copy {
	struct live *live;
	struct capture *capture;
	struct image *image; // of capture
	const struct copy_options *options;
	struct copy_report report;
	struct budget budget;
	struct plan plan;
	struct maps *maps; // those that plan was made from
	int pagemap_fd;	   // negative: not to be had
	uint64_t memory_device; // proc_memory_device()
	struct transfer_result result;
	bool has_huge_pages; // may be had and afforded
	bool is_last_attempt;
	bool is_taken;
};

static void copy_deinit(struct copy *copy)
{
	plan_deinit(&copy->plan);
	maps_destroy(copy->maps);
	transfer_result_deinit(&copy->result);
	closep(&copy->pagemap_fd);
}

// Huge pages are renounced before the copy is.
static enum status check_budget(struct copy *copy, struct error *err)
{
	uint64_t constants = copy->capture->constants.held_bytes;
	uint64_t extra = copy->plan.huge_extra_bytes;
	if (!budget_check(&copy->budget, copy->plan.bytes, constants + extra, NULL))
		return STATUS_OK;
	copy->has_huge_pages = false;
	plan_renounce_huge(&copy->plan);
	return budget_check(&copy->budget, copy->plan.bytes, constants, err);
}

// The pages of such memory are at hand without asking anybody, also while the process stands still.
static bool is_shared_memory(const struct copy *copy, const struct map *map)
{
	return map->shared && map->readable && map->writable && map->inode &&
		map->device == copy->memory_device;
}

// An allocator may map its memory piece by piece.
static void mark_shared(const struct copy *copy, struct maps *maps)
{
	for (size_t i = 0; i < copy->options->heap_place_count; i++) {
		const struct map *found = maps_find(maps, copy->options->heap_places[i]);
		if (!found || found->has_objects || !is_shared_memory(copy, found))
			continue;
		for (size_t j = 0; j < maps->count; j++)
			maps->items[j].has_objects |= maps->items[j].inode == found->inode &&
				is_shared_memory(copy, &maps->items[j]);
	}
}

static enum status copy_plan(struct copy *copy, struct error *err)
{
	struct maps *maps;
	enum status status = target_read_maps(&copy->live->target, false, &maps, err);
	if (status)
		return status;
	maps_destroy(copy->maps);
	copy->maps = maps;
	mark_shared(copy, maps);
	status = plan_make(&copy->plan, maps, copy->pagemap_fd);
	if (status == STATUS_GONE)
		return error_set(err, status, "process %d has ended", (int)copy->live->target.pid);
	if (status)
		return error_set(err, status, "cannot allocate the plan of a copy");
	if (!copy->has_huge_pages)
		plan_renounce_huge(&copy->plan);
	return check_budget(copy, err);
}

static enum status copy_reserve(struct copy *copy, struct error *err)
{
	const struct plan_range *areas = copy->plan.areas.items;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < copy->plan.areas.count; i++)
		status = image_reserve(copy->image, areas[i].start, areas[i].end, false, err);
	return status;
}

// What of [start, end) lies outside of the huge ranges, of which *index is the first one to look at.
static enum status populate_run(
	struct copy *copy, addr_t start, addr_t end, size_t *index, struct error *err)
{
	const struct plan_range *huge = copy->plan.huge.items;
	enum status status = STATUS_OK;
	while (!status && start < end) {
		while (*index < copy->plan.huge.count && huge[*index].end <= start)
			++*index;
		bool has_huge = *index < copy->plan.huge.count && huge[*index].start < end;
		addr_t stop = has_huge ? huge[*index].start : end;
		if (stop > start)
			status = image_reserve(copy->image, start, stop, true, err);
		start = has_huge ? huge[*index].end : end;
	}
	return status;
}

static enum status copy_populate(struct copy *copy, struct error *err)
{
	const struct plan_range *huge = copy->plan.huge.items;
	const struct plan_range *runs = copy->plan.runs.items;
	enum status status = STATUS_OK;
	size_t index = 0;
	for (size_t i = 0; !status && i < copy->plan.huge.count; i++)
		status = image_populate_huge(copy->image, huge[i].start, huge[i].end, err);
	for (size_t i = 0; !status && i < copy->plan.runs.count; i++)
		status = populate_run(copy, runs[i].start, runs[i].end, &index, err);
	return status;
}

static enum status check_pause(const struct copy *copy, struct error *err)
{
	double rate = copy->live->bytes_per_ms > 0 ? copy->live->bytes_per_ms
						     : default_bytes_per_ms;
	double expected_ms = (double)copy->plan.bytes / rate;
	double limit_ms = copy->options->max_pause_ms;
	if (limit_ms <= 0 || expected_ms <= limit_ms)
		return STATUS_OK;
	return error_set(err, STATUS_UNSUPPORTED,
		"a copy would stop process %d for about %.0f ms, %.0f ms are allowed (--max-pause)",
		(int)copy->live->target.pid, expected_ms, limit_ms);
}

static enum status copy_constants(struct copy *copy, struct error *err)
{
	uint64_t half = copy->budget.available_bytes / 2;
	enum status status = read_constants(&copy->capture->constants, copy->live, copy->maps,
		copy->pagemap_fd, half < constants_limit ? half : constants_limit);
	if (status)
		return error_set(err, status, "cannot allocate a copy of constants");
	return check_budget(copy, err);
}

static enum status copy_prepare(struct copy *copy, struct error *err)
{
	double begun_ms = time_monotonic_ms();
	copy->budget = budget_read(
		copy->options->max_memory_bytes, image_held_bytes(copy->image));
	image_clear(copy->image);
	enum status status = target_check(&copy->live->target, err);
	if (status)
		return status;
	copy->pagemap_fd = openat(copy->live->living_fd, "pagemap", O_RDONLY | O_CLOEXEC);
	status = copy_plan(copy, err);
	if (!status)
		status = check_pause(copy, err);
	if (!status)
		status = copy_constants(copy, err);
	if (!status)
		status = copy_reserve(copy, err);
	if (!status)
		status = copy_populate(copy, err);
	copy->report.prepare_ms = time_monotonic_ms() - begun_ms;
	return status;
}

// What is copied is read into memory that was faulted in, as far as it was foreseen.
static enum status copy_transfer(struct copy *copy, struct error *err)
{
	const struct transfer transfer = {
		.pid = copy->live->living,
		.proc_fd = copy->live->living_fd,
		.image = copy->image,
		.runs = &copy->plan.runs,
		.bytes = copy->plan.bytes,
	};
	double begun_ms = time_monotonic_ms();
	enum status status = transfer_run(&transfer, &copy->result, err);
	copy->report.copy_ms = time_monotonic_ms() - begun_ms;
	copy->is_taken = !status;
	return status;
}

static bool may_copy_now(struct copy *copy)
{
	const struct copy_options *options = copy->options;
	copy->report.consistent =
		!options->is_consistent || options->is_consistent(&copy->live->target, options->context);
	return copy->report.consistent || copy->is_last_attempt;
}

// While the process stands still. The second check is for an exec that was half done when its
// thread was caught: then the bytes are of two programs.
static enum status copy_stopped(void *context, struct error *err)
{
	struct copy *copy = context;
	enum status status = target_check(&copy->live->target, err);
	if (status || !may_copy_now(copy))
		return status;
	status = copy_plan(copy, err);
	if (!status)
		status = copy_reserve(copy, err);
	if (!status)
		status = copy_transfer(copy, err);
	return status ? status : target_check(&copy->live->target, err);
}

// Tries until the process is at rest, or has no more time; the last attempt takes what there is.
static enum status copy_attempts(struct copy *copy, struct error *err)
{
	double begun_ms = time_monotonic_ms();
	double deadline_ms = copy->options->consistency_deadline_ms;
	unsigned nap_us = 1000;
	for (;;) {
		struct stop_report stop;
		copy->is_last_attempt = time_monotonic_ms() - begun_ms >= deadline_ms;
		enum status status = stop_and_work(copy->live->target.pid, copy->live->proc_fd,
			copy_stopped, copy, &stop, err);
		copy->report.stopped_ms += stop.stopped_ms;
		copy->report.threads = stop.threads;
		copy->report.attempts++;
		if (status || copy->is_taken)
			return status;
		time_nap_us(nap_us);
		nap_us = nap_us < 5000 ? nap_us + 1000 : nap_us;
	}
}

// The parts of private file mappings that were not in memory hold what the file does. Where the
// file is not to be had they stay out of the image.
static void fill_hole(struct copy *copy, const struct plan_hole *hole)
{
	const struct map *map = &copy->maps->items[hole->map];
	AUTO(closep) int fd = -1;
	if (target_open_file(&copy->live->target, map, &fd, NULL) ||
		image_reserve(copy->image, hole->start, hole->end, true, NULL)) {
		copy->report.unreadable_bytes += hole->end - hole->start;
		return;
	}
	char *bytes = image_destination(copy->image, hole->start);
	size_t size = hole->end - hole->start;
	off_t offset = (off_t)(map->offset + (hole->start - map->start));
	size_t done = 0;
	while (done < size) {
		ssize_t got = pread(fd, bytes + done, size - done, offset + (off_t)done);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	// Behind the end of the file the last page is zero, and further ones cannot be touched.
	size_t page_size = (size_t)machine_page_size();
	size_t whole = (done + page_size - 1) / page_size * page_size;
	memset(bytes + done, 0, whole - done);
	if (image_mark(copy->image, hole->start, hole->start + whole))
		whole = 0;
	copy->report.unreadable_bytes += size - whole;
}

// Libraries may have been loaded between the first look and the stop. An exec since then would
// bring bytes of another program.
static enum status copy_new_constants(struct copy *copy, struct error *err)
{
	if (constants_are_of(&copy->capture->constants, copy->maps))
		return STATUS_OK;
	enum status status = copy_constants(copy, err);
	return status ? status : target_check(&copy->live->target, err);
}

static enum status copy_finish(struct copy *copy, struct error *err)
{
	const struct plan_range *copied = copy->result.copied.items;
	for (size_t i = 0; i < copy->result.copied.count; i++)
		if (image_mark(copy->image, copied[i].start, copied[i].end))
			return error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
	const struct plan_hole *holes = copy->plan.holes.items;
	for (size_t i = 0; i < copy->plan.holes.count; i++)
		fill_hole(copy, &holes[i]);
	enum status status = copy_new_constants(copy, err);
	if (status)
		return status;
	maps_destroy(copy->capture->maps);
	copy->capture->maps = take_ptr(copy->maps);
	copy->report.copied_bytes = copy->result.copied_bytes;
	copy->report.skipped_bytes = copy->plan.skipped_bytes;
	copy->report.unreadable_bytes +=
		copy->plan.unreadable_bytes + copy->result.unreadable_bytes;
	if (copy->report.copied_bytes > measurable_bytes && copy->report.copy_ms > 0)
		copy->live->bytes_per_ms =
			(double)copy->report.copied_bytes / copy->report.copy_ms;
	log_trace(LOG_TARGET, "copied %llu bytes of %d in %.2f ms, stopped %.2f ms, %llu threads",
		(unsigned long long)copy->report.copied_bytes, (int)copy->live->target.pid,
		copy->report.copy_ms, copy->report.stopped_ms,
		(unsigned long long)copy->report.threads);
	return STATUS_OK;
}

// What the kernel says of the process, while all of its threads run as they do: for a moment after a
// stop none of them sleeps.
static enum status read_surroundings(pid_t pid, struct capture *capture, struct error *err)
{
	struct error why;
	capture->usage = (struct memory_usage){0};
	enum status status = memory_read(pid, MEMORY_SPLIT, &capture->usage, err);
	if (status)
		return status;
	free(take_ptr(capture->threads));
	capture->thread_count = 0;
	status = process_threads_read(pid, &capture->threads, &capture->thread_count, &why);
	if (status == STATUS_NO_MEMORY)
		return error_set(err, status, "%s", why.message);
	if (status)
		log_trace(LOG_TARGET, "threads: %s", why.message);
	return STATUS_OK;
}

enum status live_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err)
{
	AUTO(copy_deinit) struct copy copy = {
		.live = live_of(target),
		.capture = capture,
		.image = capture->image,
		.options = options,
		.pagemap_fd = -1,
		.memory_device = proc_memory_device(),
		.has_huge_pages = image_has_huge_pages(),
	};
	enum status status = read_surroundings(target->pid, capture, err);
	if (!status)
		status = copy_prepare(&copy, err);
	if (!status)
		status = copy_attempts(&copy, err);
	if (!status)
		status = copy_finish(&copy, err);
	if (status)
		image_clear(copy.image);
	image_trim(copy.image);
	if (!status)
		capture->report = copy.report;
	return status;
}
