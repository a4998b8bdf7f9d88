// SPDX-License-Identifier: MIT
// Everything that was taken from a target at one moment. All later work uses it and not the
// process, which may have changed, called exec or ended meanwhile.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"
#include "result/copy_report.h"
#include "result/memory_usage.h"
#include "target/constants.h"

#include <stdbool.h>
#include <stddef.h>

struct image;
struct maps;
struct process_thread;

// target_capture() fills it. Valid until the next call with the same capture, which reuses its
// memory.
struct capture {
	// Taken while the target was running; also if there was not enough memory for a copy.
	struct memory_usage usage;
	struct process_thread *threads; // as the kernel has them
	size_t thread_count;
	struct image *image;	    // memory that may hold objects; taken while it was stopped
	struct constants constants; // memory that it does not write to; taken while it was running
	struct maps *maps;	    // from the same moment as image; NULL before the first capture
	struct copy_report report;
};

// Makes an empty capture. STATUS_NO_MEMORY.
must_check enum status capture_create(struct capture **ret, struct error *err);
void capture_destroy(struct capture *capture);
GUARD(struct capture, capture_destroy)

// Reads size bytes at addr from the image or the constants. addr and size may have any value.
// STATUS_UNREADABLE: the capture does not have all of them.
must_check enum status capture_read(
	const struct capture *capture, addr_t addr, void *buffer, size_t size);

// Whether addr is in a mapping of constants, even if its page was not read: if memory is short, the
// kernel evicts a process's pages of files, and they are then only on disk.
bool capture_has_constant(const struct capture *capture, addr_t addr);

// Reads a string that ends with a NUL, cut at limit bytes. The bytes are not trusted; the caller
// frees them. STATUS_UNREADABLE, STATUS_NO_MEMORY.
must_check enum status capture_read_string(
	const struct capture *capture, addr_t addr, size_t limit, char **ret);
