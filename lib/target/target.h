// SPDX-License-Identifier: MIT
// A process whose memory is examined: opened once, copied often, never changed.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"
#include "result/copy_report.h"
#include "target/image.h"
#include "target/maps.h"
#include "target/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct capture;
struct root;
struct target;

// Opens a live process. Does not stop it, and only needs permission to read /proc/PID. STATUS_GONE
// (no such process, or a zombie), STATUS_PERMISSION, STATUS_FAILED.
must_check enum status target_open_pid(pid_t pid, struct target **ret, struct error *err);

// Makes a target of literal bytes, for tests: its memory is the contents of image (taken over); it
// has no files and no threads.
must_check enum status target_from_image(
	struct image *take, struct target **ret, struct error *err);

void target_close(struct target *target);
GUARD(struct target, target_close)

pid_t target_pid(const struct target *target);
// Start time in clock ticks since boot, from /proc/PID/stat; together with the pid it identifies a
// process.
uint64_t target_start_time(const struct target *target);
// The target of /proc/PID/exe, foreign bytes. Owned by the target.
const char *target_exe(const struct target *target);
// The command line with spaces instead of NULs, foreign bytes. Owned by the target.
const char *target_command_line(const struct target *target);

// STATUS_OK while the process that was opened is alive; STATUS_GONE: it has ended, was reaped, is a
// zombie, or another process has its pid.
must_check enum status target_check(const struct target *target, struct error *err);

// Reads the current mappings; with_sizes: with resident sizes, which is slower (smaps). The caller
// destroys them. STATUS_GONE, STATUS_PERMISSION, STATUS_NOT_PYTHON (a kernel thread).
must_check enum status target_read_maps(
	const struct target *target, bool with_sizes, struct maps **ret, struct error *err);

// Opens the file of a mapping for reading, as the target sees it: through map_files, or else
// through /proc/PID/root, so that this works for containers and for programs that an upgrade has
// deleted. The caller closes *ret_fd. STATUS_NOT_FOUND, STATUS_PERMISSION.
must_check enum status target_open_file(
	const struct target *target, const struct map *map, int *ret_fd, struct error *err);

// Opens the target's root directory, in which files are opened by name (target/root.h). The caller
// releases it with root_close(). STATUS_NOT_FOUND for a target made of bytes, STATUS_PERMISSION,
// STATUS_GONE.
must_check enum status target_open_root(
	const struct target *target, struct root *ret, struct error *err);

// Reads live memory without stopping the target: for read-only mappings, whose bytes do not change,
// and for a few words. Reads all size bytes, or returns STATUS_UNREADABLE, STATUS_PERMISSION,
// STATUS_GONE.
must_check enum status target_read(
	const struct target *target, addr_t addr, void *buffer, size_t size);

// Reads a string that ends with a NUL from live memory, cut at limit bytes. The bytes are not
// trusted; the caller frees them.
must_check enum status target_read_string(
	const struct target *target, addr_t addr, size_t limit, char **ret);

struct copy_options {
	uint64_t max_memory_bytes; // 0: limited by what the machine and our cgroup have available
	double max_pause_ms;	   // 0: no limit; a copy expected to take longer is not begun
	// Called while the target is stopped, before the copy. False: the target is busy (the
	// collector is running); let it run for a moment and try again. NULL: always true.
	bool (*is_consistent)(const struct target *target, void *context);
	void *context;
	double consistency_deadline_ms; // how long to try; after that it is copied anyway
	// Addresses at which objects lie for certain. Where one is in shared memory that has no
	// file in any directory (memfd, as some allocators use), that memory is copied too, as far
	// as the target has it in its page tables. Borrowed.
	const addr_t *heap_places;
	size_t heap_place_count;
};

// Takes everything that a sample needs into capture. For a process: reads memory figures, threads
// and constants while it runs, stops every thread (PTRACE_SEIZE and INTERRUPT), copies its private
// writable memory, and resumes it. A target that was stopped before stays stopped; signals that
// arrive meanwhile are delivered. If we die, the kernel resumes the target; if SIGSTOP stops us, it
// stays stopped until we continue. is_consistent is called in another thread than the caller's,
// which waits. The image is cleared first, and is empty after a failure; memory figures and threads
// are there even if there was not enough memory for a copy. STATUS_NO_MEMORY: the copy would not
// fit; nothing was stopped; err has the figure and the limit. STATUS_UNSUPPORTED: the copy would
// probably exceed max_pause_ms; nothing was stopped. STATUS_BUSY: there is another tracer, which
// err names. STATUS_PERMISSION: err has the cause and the remedy. STATUS_GONE: the process ended
// meanwhile.
must_check enum status target_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err);

// After target_capture() failed: why the kernel refuses access, and what to do about it, in one
// sentence (yama, another user, capabilities, a container). Writes it to err; STATUS_OK: nothing
// prevents access. Does not stop the target.
must_check enum status target_diagnose_access(pid_t pid, struct error *err);
