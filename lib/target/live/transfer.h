// SPDX-License-Identifier: MIT
// Brings the bytes of a process that stands still into an image, on as many processors as help.
#pragma once

#include "base/error.h"
#include "target/live/plan.h"

#include <stdint.h>
#include <sys/types.h>

struct image;

struct transfer {
	pid_t pid;
	int proc_fd; // /proc/PID of the same process
	const struct image *image; // has memory for all runs
	const struct plan_ranges *runs; // ascending
	uint64_t bytes;			// in runs
};

struct transfer_result {
	struct plan_ranges copied; // in no order
	uint64_t copied_bytes;
	uint64_t unreadable_bytes; // pages that the kernel would not read: skipped
};

void transfer_result_deinit(struct transfer_result *result);

// Reads through process_vm_readv or, where that is refused, /proc/PID/mem. Marks nothing in the
// image. ret begins empty; what was copied before a failure stays in it. STATUS_GONE,
// STATUS_PERMISSION, STATUS_NO_MEMORY.
must_check enum status transfer_run(
	const struct transfer *transfer, struct transfer_result *ret, struct error *err);
