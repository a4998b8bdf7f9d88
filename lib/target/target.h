// SPDX-License-Identifier: MIT
// A process whose memory we look at: opened once, copied often, never changed.
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

// Opens a live process. Nothing is stopped yet, and nothing needs more than to be allowed to read
// /proc/PID. STATUS_GONE (no such process, a zombie), STATUS_PERMISSION, STATUS_FAILED.
must_check enum status target_open_pid(pid_t pid, struct target **ret, struct error *err);

// A target made of literal bytes, for tests: memory is what image holds (taken over), files and
// threads it has none.
must_check enum status target_from_image(
	struct image *take, struct target **ret, struct error *err);

void target_close(struct target *target);
GUARD(struct target, target_close)

pid_t target_pid(const struct target *target);
// Start time in clock ticks since boot, from /proc/PID/stat: with the pid it names a process.
uint64_t target_start_time(const struct target *target);
// What /proc/PID/exe points to, foreign bytes. Owned by the target.
const char *target_exe(const struct target *target);
// The command line with spaces for NULs, foreign bytes. Owned by the target.
const char *target_command_line(const struct target *target);

// STATUS_OK while the process that was opened is alive; STATUS_GONE when it ended, was reaped, is a
// zombie, or another process has its pid.
must_check enum status target_check(const struct target *target, struct error *err);

// The current mappings, with resident sizes where with_sizes (that reads smaps: slower). The caller
// destroys them. STATUS_GONE, STATUS_PERMISSION, STATUS_NOT_PYTHON (a kernel thread).
must_check enum status target_read_maps(
	const struct target *target, bool with_sizes, struct maps **ret, struct error *err);

// Opens the file behind a mapping for reading, as the target sees it: through map_files, else
// through /proc/PID/root, so that containers and binaries deleted by an upgrade work. The caller
// closes *ret_fd. STATUS_NOT_FOUND, STATUS_PERMISSION.
must_check enum status target_open_file(
	const struct target *target, const struct map *map, int *ret_fd, struct error *err);

// The target's root directory, below which files are opened by name (target/root.h). The caller
// releases it with root_close(). STATUS_NOT_FOUND for a target made of bytes, STATUS_PERMISSION,
// STATUS_GONE.
must_check enum status target_open_root(
	const struct target *target, struct root *ret, struct error *err);

// Reads live memory, without stopping: for read-only mappings, whose bytes do not change, and for
// looking at a few words. All size bytes or STATUS_UNREADABLE, STATUS_PERMISSION, STATUS_GONE.
must_check enum status target_read(
	const struct target *target, addr_t addr, void *buffer, size_t size);

// Reads a NUL-terminated string of at most limit bytes from live memory; cut there. Foreign bytes;
// the caller frees it.
must_check enum status target_read_string(
	const struct target *target, addr_t addr, size_t limit, char **ret);

struct copy_options {
	uint64_t max_memory_bytes; // 0: what the machine and our cgroup have to spare decides
	double max_pause_ms;	   // 0: no limit; a copy expected to take longer is not begun
	// Asked while the target stands still, before the copy; false lets it run on for a moment and
	// tries again, since it is in the middle of something (the collector is running). NULL: yes.
	bool (*is_consistent)(const struct target *target, void *context);
	void *context;
	double consistency_deadline_ms; // how long to try; then the copy is taken all the same
	// Addresses at which objects lie for certain. Where one is in shared memory that has no file
	// in any directory (memfd, as some allocators use), that memory is copied too, as far as the
	// target has it in its page tables. Borrowed.
	const addr_t *heap_places;
	size_t heap_place_count;
};

// Takes all that a sample needs into capture. Of a process: reads memory figures, threads and
// constants while it runs, stops every thread (PTRACE_SEIZE and INTERRUPT), copies its private
// writable memory, and resumes it. A target that was stopped stays stopped; signals that arrive
// meanwhile are delivered. Should we die, the kernel lets it run on; should we be stopped ourselves
// by SIGSTOP, it stands still until we continue. is_consistent is called in another thread than the
// caller's, which waits. The image is cleared first, and empty after a failure; memory figures and
// threads are there also where the copy was not afforded.
// STATUS_NO_MEMORY: the copy would not fit; nothing was stopped, err names figure and limit.
// STATUS_UNSUPPORTED: expected to exceed max_pause_ms; nothing was stopped.
// STATUS_BUSY: another tracer, named in err. STATUS_PERMISSION: err names cause and remedy.
// STATUS_GONE: it ended meanwhile.
must_check enum status target_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err);

// Where a sample could not be taken as target_capture() does, why the kernel refuses and what to do
// about it, in one sentence: yama, another user, capabilities, a container. Written into err;
// returns STATUS_OK when there is nothing in the way. Does not stop the target.
must_check enum status target_diagnose_access(pid_t pid, struct error *err);
