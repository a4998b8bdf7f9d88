// SPDX-License-Identifier: MIT
// A copy in four steps: what is there and does it fit (the process runs), stop, copy what is there
// now, resume and note what the image holds. Only the third costs the process time, so all that can
// be done before or after it is.
#include "target/target.h"

#include "base/guard.h"
#include "base/log.h"
#include "target/budget.h"
#include "target/clock.h"
#include "target/live.h"
#include "target/plan.h"
#include "target/proc.h"
#include "target/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

GUARD(struct maps, maps_destroy)

// A call that fails half-way is tried again from there: pieces keep that cheap.
enum { CALL_PIECES = 256 };
static const uint64_t call_bytes = UINT64_C(32) << 20;

// Where no copy has been measured yet: what a slow machine manages.
static const double default_bytes_per_ms = 2e6;

struct copy {
	struct target *target;
	struct image *image;
	const struct copy_options *options;
	struct copy_report report;
	struct budget budget;
	struct plan plan;
	struct maps *maps; // those that plan was made from
	int pagemap_fd;	   // negative: not to be had
	int mem_fd;	   // negative: process_vm_readv does it
	struct array copied; // of struct plan_range
	bool is_last_attempt;
	bool is_taken;
};

static void copy_deinit(struct copy *copy)
{
	plan_deinit(&copy->plan);
	maps_destroy(copy->maps);
	array_deinit(&copy->copied);
	closep(&copy->pagemap_fd);
	closep(&copy->mem_fd);
}

static enum status copy_plan(struct copy *copy, struct error *err)
{
	struct maps *maps;
	enum status status = target_read_maps(copy->target, false, &maps, err);
	if (status)
		return status;
	maps_destroy(copy->maps);
	copy->maps = maps;
	status = plan_make(&copy->plan, maps, copy->pagemap_fd);
	if (status)
		return error_set(err, status, "cannot allocate the plan of a copy");
	return budget_check(&copy->budget, copy->plan.bytes, err);
}

static enum status copy_reserve(struct copy *copy, struct error *err)
{
	const struct plan_range *areas = copy->plan.areas.items;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < copy->plan.areas.count; i++)
		status = image_reserve(copy->image, areas[i].start, areas[i].end, false, err);
	return status;
}

static enum status copy_populate(struct copy *copy, struct error *err)
{
	const struct plan_range *runs = copy->plan.runs.items;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < copy->plan.runs.count; i++)
		status = image_reserve(copy->image, runs[i].start, runs[i].end, true, err);
	return status;
}

static enum status check_pause(const struct copy *copy, struct error *err)
{
	double rate = copy->target->bytes_per_ms > 0 ? copy->target->bytes_per_ms
						     : default_bytes_per_ms;
	double expected_ms = (double)copy->plan.bytes / rate;
	double limit_ms = copy->options->max_pause_ms;
	if (limit_ms <= 0 || expected_ms <= limit_ms)
		return STATUS_OK;
	return error_set(err, STATUS_UNSUPPORTED,
		"a copy would stop process %d for about %.0f ms, %.0f ms are allowed (--max-pause)",
		(int)copy->target->pid, expected_ms, limit_ms);
}

static enum status copy_prepare(struct copy *copy, struct error *err)
{
	double begun_ms = clock_ms();
	copy->budget = budget_read(
		copy->options->max_memory_bytes, image_held_bytes(copy->image));
	image_clear(copy->image);
	enum status status = target_check(copy->target, err);
	if (status)
		return status;
	copy->pagemap_fd = openat(copy->target->proc_fd, "pagemap", O_RDONLY | O_CLOEXEC);
	status = copy_plan(copy, err);
	if (!status)
		status = check_pause(copy, err);
	if (!status)
		status = copy_reserve(copy, err);
	if (!status)
		status = copy_populate(copy, err);
	copy->report.prepare_ms = clock_ms() - begun_ms;
	return status;
}

static enum status note_copied(struct copy *copy, addr_t start, addr_t end)
{
	struct plan_range *items = copy->copied.items;
	size_t count = copy->copied.count;
	if (count && items[count - 1].end == start) {
		items[count - 1].end = end;
		return STATUS_OK;
	}
	void *added;
	enum status status = array_add(&copy->copied, sizeof(*items), &added);
	if (!status)
		*(struct plan_range *)added = (struct plan_range){.start = start, .end = end};
	return status;
}

// The next pieces of the plan, from byte at of run index on, for one call of the kernel.
static size_t fill_pieces(
	const struct copy *copy, size_t index, addr_t at, struct iovec *local, struct iovec *remote)
{
	const struct plan_range *runs = copy->plan.runs.items;
	uint64_t room = call_bytes;
	size_t count = 0;
	while (count < CALL_PIECES && room && index < copy->plan.runs.count) {
		uint64_t left = runs[index].end - at;
		uint64_t size = left < room ? left : room;
		local[count] = (struct iovec){image_destination(copy->image, at), size};
		remote[count] = (struct iovec){(void *)(uintptr_t)at, size};
		room -= size;
		count++;
		if (++index < copy->plan.runs.count)
			at = runs[index].start;
	}
	return count;
}

static ssize_t read_pieces(
	const struct copy *copy, const struct iovec *local, const struct iovec *remote, size_t count)
{
	if (copy->mem_fd < 0)
		return process_vm_readv(copy->target->pid, local, count, remote, count, 0);
	return pread(copy->mem_fd, local->iov_base, local->iov_len,
		(off_t)(uintptr_t)remote->iov_base);
}

// Moves on by the got bytes that were read, or over one page where there are none.
static enum status advance(struct copy *copy, size_t *index, addr_t *at, ssize_t got)
{
	const struct plan_range *runs = copy->plan.runs.items;
	// Pages are read whole, or not at all.
	uint64_t left = got > 0 ? (uint64_t)got / IMAGE_PAGE_SIZE * IMAGE_PAGE_SIZE : 0;
	if (!left) {
		copy->report.unreadable_bytes += IMAGE_PAGE_SIZE;
		*at += IMAGE_PAGE_SIZE;
	}
	while (*index < copy->plan.runs.count) {
		uint64_t size = runs[*index].end - *at;
		if (size > left)
			size = left;
		enum status status = size ? note_copied(copy, *at, *at + size) : STATUS_OK;
		if (status)
			return status;
		copy->report.copied_bytes += size;
		left -= size;
		*at += size;
		if (*at < runs[*index].end)
			break;
		if (++*index < copy->plan.runs.count)
			*at = runs[*index].start;
		if (!left)
			break;
	}
	return STATUS_OK;
}

// Whether to go on through /proc/PID/mem, after process_vm_readv refused.
static bool switch_to_mem(struct copy *copy, int number)
{
	if (copy->mem_fd >= 0 || !live_wants_mem(number))
		return false;
	copy->mem_fd = openat(copy->target->proc_fd, "mem", O_RDONLY | O_CLOEXEC);
	return copy->mem_fd >= 0;
}

static enum status copy_runs(struct copy *copy, struct error *err)
{
	struct iovec local[CALL_PIECES];
	struct iovec remote[CALL_PIECES];
	const struct plan_range *runs = copy->plan.runs.items;
	size_t index = 0;
	addr_t at = copy->plan.runs.count ? runs[0].start : 0;
	while (index < copy->plan.runs.count) {
		size_t count = fill_pieces(copy, index, at, local, remote);
		ssize_t got = read_pieces(copy, local, remote, count);
		int number = got < 0 ? errno : 0;
		if (number == EINTR || (number && switch_to_mem(copy, number)))
			continue;
		if (number == ESRCH)
			return error_set(err, STATUS_GONE, "process %d has ended",
				(int)copy->target->pid);
		if (number == EPERM || number == ENOSYS)
			return error_set_errno(err, STATUS_PERMISSION, number,
				"cannot read the memory of process %d", (int)copy->target->pid);
		if (advance(copy, &index, &at, got))
			return error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
	}
	return STATUS_OK;
}

static bool may_copy_now(struct copy *copy)
{
	const struct copy_options *options = copy->options;
	copy->report.consistent =
		!options->is_consistent || options->is_consistent(copy->target, options->context);
	return copy->report.consistent || copy->is_last_attempt;
}

// While the process stands still. The second check is for an exec that was half done when its
// thread was caught: then the bytes are of two programs.
static enum status copy_stopped(void *context, struct error *err)
{
	struct copy *copy = context;
	enum status status = target_check(copy->target, err);
	if (status || !may_copy_now(copy))
		return status;
	status = copy_plan(copy, err);
	if (!status)
		status = copy_reserve(copy, err);
	if (status)
		return status;
	double begun_ms = clock_ms();
	status = copy_runs(copy, err);
	copy->report.copy_ms = clock_ms() - begun_ms;
	if (status)
		return status;
	copy->is_taken = true;
	return target_check(copy->target, err);
}

// Tries until the process is at rest, or has no more time; the last attempt takes what there is.
static enum status copy_attempts(struct copy *copy, struct error *err)
{
	double begun_ms = clock_ms();
	double deadline_ms = copy->options->consistency_deadline_ms;
	unsigned nap_us = 1000;
	for (;;) {
		struct stop_report stop;
		copy->is_last_attempt = clock_ms() - begun_ms >= deadline_ms;
		enum status status = stop_and_work(copy->target->pid, copy->target->proc_fd,
			copy_stopped, copy, &stop, err);
		copy->report.stopped_ms += stop.stopped_ms;
		copy->report.threads = stop.threads;
		copy->report.attempts++;
		if (status || copy->is_taken)
			return status;
		clock_nap_us(nap_us);
		nap_us = nap_us < 5000 ? nap_us + 1000 : nap_us;
	}
}

// The parts of private file mappings that were not in memory hold what the file does. Where the
// file is not to be had they stay out of the image.
static void fill_hole(struct copy *copy, const struct plan_hole *hole)
{
	const struct map *map = &copy->maps->items[hole->map];
	AUTO(closep) int fd = -1;
	if (target_open_file(copy->target, map, &fd, NULL) ||
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
	size_t whole = (done + IMAGE_PAGE_SIZE - 1) / IMAGE_PAGE_SIZE * IMAGE_PAGE_SIZE;
	memset(bytes + done, 0, whole - done);
	if (image_mark(copy->image, hole->start, hole->start + whole))
		whole = 0;
	copy->report.unreadable_bytes += size - whole;
}

static enum status copy_finish(struct copy *copy, struct error *err)
{
	const struct plan_range *copied = copy->copied.items;
	for (size_t i = 0; i < copy->copied.count; i++)
		if (image_mark(copy->image, copied[i].start, copied[i].end))
			return error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
	const struct plan_hole *holes = copy->plan.holes.items;
	for (size_t i = 0; i < copy->plan.holes.count; i++)
		fill_hole(copy, &holes[i]);
	copy->report.skipped_bytes = copy->plan.skipped_bytes;
	copy->report.unreadable_bytes += copy->plan.unreadable_bytes;
	// A small copy says more about the cost of a call than about the rate.
	if (copy->report.copied_bytes > call_bytes && copy->report.copy_ms > 0)
		copy->target->bytes_per_ms =
			(double)copy->report.copied_bytes / copy->report.copy_ms;
	log_trace(LOG_TARGET, "copied %llu bytes of %d in %.2f ms, stopped %.2f ms, %u threads",
		(unsigned long long)copy->report.copied_bytes, (int)copy->target->pid,
		copy->report.copy_ms, copy->report.stopped_ms, copy->report.threads);
	return STATUS_OK;
}

static enum status copy_live(struct copy *copy, struct error *err)
{
	enum status status = copy_prepare(copy, err);
	if (!status)
		status = copy_attempts(copy, err);
	if (!status)
		status = copy_finish(copy, err);
	if (status)
		image_clear(copy->image);
	image_trim(copy->image);
	return status;
}

// A target made of bytes stands still by nature.
static enum status copy_literal(struct copy *copy, struct error *err)
{
	const struct image *from = copy->target->image;
	addr_t start;
	addr_t end;
	image_clear(copy->image);
	for (addr_t at = 0; image_next_range(from, at, &start, &end); at = end) {
		enum status status = image_reserve(copy->image, start, end, true, err);
		if (status)
			return status;
		memcpy(image_destination(copy->image, start), image_destination(from, start),
			end - start);
		if (image_mark(copy->image, start, end))
			return error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
		copy->report.copied_bytes += end - start;
	}
	copy->report.attempts = 1;
	copy->report.consistent = true;
	return STATUS_OK;
}

enum status target_copy(struct target *target, struct image *image,
	const struct copy_options *options, struct copy_report *ret, struct error *err)
{
	AUTO(copy_deinit) struct copy copy = {
		.target = target,
		.image = image,
		.options = options,
		.pagemap_fd = -1,
		.mem_fd = -1,
	};
	enum status status = target->image ? copy_literal(&copy, err) : copy_live(&copy, err);
	if (!status)
		*ret = copy.report;
	return status;
}
