// SPDX-License-Identifier: MIT
// All that was taken of a target at one moment. Whatever is found out of it later is found here: the
// process may have changed, become another or ended, and nothing of a sample asks it again.
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

// Meant to be read. Filled by target_capture(), good until the next one of the same capture, which
// uses the memory again.
struct capture {
	// Taken while the target still ran, and there also where no copy could be afforded.
	struct memory_usage usage;
	struct process_thread *threads; // as the kernel has them
	size_t thread_count;
	struct image *image;	    // memory that may hold objects; taken while the target stood still
	struct constants constants; // what it does not write to; taken while it ran
	struct maps *maps;	    // of the same moment as image; NULL before the first capture
	struct copy_report report;
};

// An empty capture. STATUS_NO_MEMORY.
must_check enum status capture_create(struct capture **ret, struct error *err);
void capture_destroy(struct capture *capture);
GUARD(struct capture, capture_destroy)

// The size bytes at addr, out of the image or the constants. Any addr and any size may be asked for.
// STATUS_UNREADABLE where not all of them are held.
must_check enum status capture_read(
	const struct capture *capture, addr_t addr, void *buffer, size_t size);

// Whether addr lies in a mapping of constants, though its page may not be held: where memory is
// short the kernel takes pages of files away from a process, which then has them on the disk alone.
bool capture_has_constant(const struct capture *capture, addr_t addr);

// A NUL-terminated string of at most limit bytes; cut there. Foreign bytes; the caller frees it.
// STATUS_UNREADABLE, STATUS_NO_MEMORY.
must_check enum status capture_read_string(
	const struct capture *capture, addr_t addr, size_t limit, char **ret);
