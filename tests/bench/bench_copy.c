// SPDX-License-Identifier: MIT
// Measures the copy: bench_copy PID [RUNS] takes a copy as leaktop does, which stops the process, and
// then reads the same pages with nothing but process_vm_readv into memory that is there already.
// Prints the time stopped and the time of the bare copy, of each run in turn, and the best of each.
#include "base/guard.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>

static const uint64_t piece_bytes = 1 << 20;

static double now_ms(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

// Reads what the image holds of the process again, piece by piece.
static enum status copy_bare(pid_t pid, const struct image *image, char *buffer, uint64_t *ret_bytes)
{
	addr_t start, end = 0;
	uint64_t done = 0;
	while (image_next_range(image, end, &start, &end)) {
		for (addr_t at = start; at < end;) {
			uint64_t size = end - at < piece_bytes ? end - at : piece_bytes;
			struct iovec ours = {buffer + done, size};
			struct iovec theirs = {(void *)(uintptr_t)at, size};
			ssize_t count = process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
			if (count <= 0)
				return STATUS_FAILED;
			at += (uint64_t)count;
			done += (uint64_t)count;
		}
	}
	*ret_bytes = done;
	return STATUS_OK;
}

static enum status measure(
	struct target *target, struct capture *capture, char **buffer, int runs, struct error *err)
{
	struct copy_options options = {0};
	const struct copy_report *report = &capture->report;
	const struct image *image = capture->image;
	double best_stopped = 1e9, best_bare = 1e9;
	uint64_t buffer_bytes = 0, bytes = 0;
	for (int run = 0; run < runs; run++) {
		enum status status = target_capture(target, capture, &options, err);
		if (status)
			return status;
		if (!*buffer) {
			buffer_bytes = image_held_bytes(image) * 5 / 4;
			*buffer = mmap(NULL, buffer_bytes, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
			if (*buffer == MAP_FAILED)
				return error_set(err, STATUS_NO_MEMORY, "cannot allocate a copy");
		}
		if (image_held_bytes(image) > buffer_bytes)
			return error_set(err, STATUS_FAILED, "the process grows while it is measured");
		double start = now_ms();
		status = copy_bare(target_pid(target), image, *buffer, &bytes);
		if (status)
			return error_set_errno(err, status, errno, "cannot read the process");
		double bare = now_ms() - start;
		printf("run %d: stopped %.2f ms, bare %.2f ms, %llu threads\n", run, report->stopped_ms,
			bare, (unsigned long long)report->threads);
		best_stopped = report->stopped_ms < best_stopped ? report->stopped_ms : best_stopped;
		best_bare = bare < best_bare ? bare : best_bare;
	}
	printf("copied %llu bytes, stopped %.3f ms, bare %.3f ms\n", (unsigned long long)bytes,
		best_stopped, best_bare);
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s PID [RUNS]\n", argv[0]);
		return 2;
	}
	AUTO(target_closep) struct target *target = NULL;
	AUTO(capture_destroyp) struct capture *capture = NULL;
	struct error err = {""};
	char *buffer = NULL;
	enum status status = target_open_pid((pid_t)atol(argv[1]), &target, &err);
	if (!status)
		status = capture_create(&capture, &err);
	if (!status)
		status = measure(target, capture, &buffer, argc > 2 ? atoi(argv[2]) : 5, &err);
	if (status)
		fprintf(stderr, "%s: %s\n", argv[0], err.message);
	return status != STATUS_OK;
}
