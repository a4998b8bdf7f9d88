// SPDX-License-Identifier: MIT
// Measures the copy of a process's memory as a process sees it that does nothing else:
//
//	bench_copy capture PID [RUNS]	takes captures as leaktop does, each of which stops the target
//	bench_copy bare PID [RUNS]	reads the same pages with nothing but process_vm_readv, while
//					the target runs on
//
// The first run finds its memory untouched, which is what somebody gets who calls leaktop once; further
// ones use that memory again. Prints the times of each run.
#include "base/guard.h"
#include "base/time.h"
#include "target/capture.h"
#include "target/live/plan.h"
#include "target/maps.h"
#include "target/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static const uint64_t piece_bytes = 1 << 20;

static enum status measure_captures(struct target *target, int runs, struct error *err)
{
	AUTO(capture_destroyp) struct capture *capture = NULL;
	const struct copy_options options = {0};
	enum status status = capture_create(&capture, err);
	for (int run = 0; !status && run < runs; run++) {
		status = target_capture(target, capture, &options, err);
		if (status)
			break;
		const struct copy_report *report = &capture->report;
		printf("run %d: stopped %.2f ms, prepared %.2f ms, %llu bytes, %llu constant\n", run,
			report->stopped_ms, report->prepare_ms,
			(unsigned long long)report->copied_bytes,
			(unsigned long long)capture->constants.held_bytes);
	}
	return status;
}

// The pages that a capture would copy.
static enum status list_pages(struct target *target, struct plan *plan, struct error *err)
{
	char path[64];
	AUTO(maps_destroyp) struct maps *maps = NULL;
	enum status status = target_read_maps(target, false, &maps, err);
	if (status)
		return status;
	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)target_pid(target));
	AUTO(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	status = plan_make(plan, maps, fd);
	return status ? error_set(err, status, "cannot list the pages of the process") : STATUS_OK;
}

static enum status copy_bare(pid_t pid, const struct plan_range *range, char *buffer)
{
	for (addr_t at = range->start; at < range->end;) {
		uint64_t left = range->end - at;
		uint64_t size = left < piece_bytes ? left : piece_bytes;
		struct iovec ours = {buffer, size};
		struct iovec theirs = {(void *)(uintptr_t)at, size};
		ssize_t count = process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
		if (count <= 0)
			return STATUS_FAILED;
		at += (uint64_t)count;
		buffer += count;
	}
	return STATUS_OK;
}

static enum status measure_bare(struct target *target, int runs, struct error *err)
{
	AUTO(plan_deinit) struct plan plan = {0};
	enum status status = list_pages(target, &plan, err);
	if (status)
		return status;
	char *buffer = mmap(NULL, plan.bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (buffer == MAP_FAILED)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a copy");
	for (int run = 0; run < runs; run++) {
		double begun_ms = time_monotonic_ms();
		char *at = buffer;
		vector_for_each (range, &plan.runs) {
			if (copy_bare(target_pid(target), range, at))
				return error_set_errno(
					err, STATUS_FAILED, errno, "cannot read the process");
			at += range->end - range->start;
		}
		printf("run %d: bare %.2f ms, %llu bytes\n", run, time_monotonic_ms() - begun_ms,
			(unsigned long long)plan.bytes);
	}
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	bool is_bare = argc > 1 && !strcmp(argv[1], "bare");
	if (argc < 3 || argc > 4 || (!is_bare && strcmp(argv[1], "capture") != 0)) {
		fprintf(stderr, "usage: %s capture|bare PID [RUNS]\n", argv[0]);
		return 2;
	}
	AUTO(target_closep) struct target *target = NULL;
	struct error err = {""};
	int runs = argc > 3 ? atoi(argv[3]) : 1;
	enum status status = target_open_pid((pid_t)atol(argv[2]), &target, &err);
	if (!status)
		status = is_bare ? measure_bare(target, runs, &err)
				 : measure_captures(target, runs, &err);
	if (status)
		fprintf(stderr, "%s: %s\n", argv[0], err.message);
	return status != STATUS_OK;
}
