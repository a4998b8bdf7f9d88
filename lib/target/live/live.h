// SPDX-License-Identifier: MIT
// A process as the source of a target: what the files of this folder share, and nobody else sees.
#pragma once

#include "base/error.h"
#include "result/address.h"
#include "target/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct capture;
struct copy_options;
struct map;
struct root;

struct live {
	struct target target;
	uint64_t start_stack; // 0: unknown
	int proc_fd;	      // /proc/PID
	// Where memory and names are read: the same, or a thread's directory where the first thread
	// had ended already (proc_open_living()); and the number to read memory by.
	int living_fd;
	pid_t living;
	int pid_fd;	      // -1: the kernel has none (before 5.3)
	double bytes_per_ms;  // of the last copy; 0: none was made
};

static inline struct live *live_of(struct target *target)
{
	return (struct live *)target;
}

static inline const struct live *live_of_const(const struct target *target)
{
	return (const struct live *)target;
}

// Functions of struct source_ops (target/source.h).
enum status live_open_file(
	const struct target *target, const struct map *map, int *ret_fd, struct error *err);
enum status live_open_root(const struct target *target, struct root *ret, struct error *err);
enum status live_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err);

// As much of the size bytes of live memory at addr as can be had without a gap, through
// process_vm_readv, or through /proc/PID/mem where mem_fd is not negative. Returns how many bytes
// that is; when it is less than size, errno says why.
size_t live_read(pid_t pid, int mem_fd, addr_t addr, void *buffer, size_t size);

// Whether process_vm_readv failed with number for a reason that /proc/PID/mem may not share: a
// seccomp filter, or a kernel without it.
bool live_wants_mem(int number);
