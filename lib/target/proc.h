// SPDX-License-Identifier: MIT
// Files of /proc, read whole. What they say of other processes is foreign: names hold any byte.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Opens /proc/PID itself. The descriptor stays with this process: when it has ended, reading
// through it fails, even if another process has the pid by then. STATUS_GONE, STATUS_FAILED,
// STATUS_PERMISSION (hidden by hidepid).
must_check enum status proc_open(pid_t pid, int *ret_fd, struct error *err);

// Reads the file name, below the directory fd (AT_FDCWD: name is absolute), to its end. The result
// has a NUL behind its *ret_length bytes; the caller frees it. STATUS_GONE, STATUS_PERMISSION,
// STATUS_NOT_FOUND, STATUS_NO_MEMORY, STATUS_FAILED; errno is left as the kernel set it.
must_check enum status proc_read(int fd, const char *name, char **ret, size_t *ret_length);

// Reads what a link (exe, cwd) points to. The caller frees it. Statuses as proc_read().
must_check enum status proc_read_link(int fd, const char *name, char **ret);

// Which status an errno of a file of /proc/PID stands for.
enum status proc_status(int number);

// One number of the text of "status", "meminfo" or "memory.stat": what follows key, which must
// begin a line, and blanks. STATUS_NOT_FOUND.
must_check enum status proc_find_number(const char *text, const char *key, uint64_t *ret);

// The same out of a file. False where there is none.
bool proc_read_number(int fd, const char *name, const char *key, uint64_t *ret);

// The device number, as maps show it, of files that the kernel itself makes in memory: memfd, shared
// anonymous memory, System V's. No file system of anybody is asked for their bytes. 0 where it is not
// known.
uint64_t proc_memory_device(void);

struct proc_stat {
	char name[32]; // foreign bytes
	char state;
	pid_t parent;
	bool is_exiting; // on its way out: its memory may be gone before it is a zombie
	bool is_kernel_thread;
	uint64_t cpu_ticks;
	uint64_t start_time;  // clock ticks since boot
	uint64_t rss_bytes;
	uint64_t start_stack; // differs after an exec; 0 where the kernel keeps it from us
};

// Reads "stat" or "task/TID/stat" below the directory fd. Statuses as proc_read(), and
// STATUS_INVALID.
must_check enum status proc_read_stat(int fd, const char *name, struct proc_stat *ret);
