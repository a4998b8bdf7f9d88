// SPDX-License-Identifier: MIT
// What the files of this folder share of a target, and nobody else sees.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct capture;
struct copy_options;
struct image;

struct target {
	pid_t pid;
	uint64_t start_time;
	uint64_t start_stack; // 0: unknown
	int proc_fd;	      // /proc/PID; -1 for a target made of bytes
	int pid_fd;	      // -1: the kernel has none (before 5.3)
	char *exe;
	char *command_line;
	struct image *image;  // the bytes of a target made of bytes, else NULL
	double bytes_per_ms;  // of the last copy; 0: none was made
};

// target_capture() of a process.
must_check enum status live_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err);

// As much of the size bytes of live memory at addr as can be had without a gap, through
// process_vm_readv, or through /proc/PID/mem where mem_fd is not negative. Returns how many bytes
// that is; when it is less than size, errno says why.
size_t live_read(pid_t pid, int mem_fd, addr_t addr, void *buffer, size_t size);

// Whether process_vm_readv failed with number for a reason that /proc/PID/mem may not share: a
// seccomp filter, or a kernel without it.
bool live_wants_mem(int number);
