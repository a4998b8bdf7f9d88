// SPDX-License-Identifier: MIT
// Reads files of /proc completely. What they say of other processes is not trusted: names may have
// any byte.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Opens /proc/PID. The descriptor refers to this process for ever: after the process has ended,
// reads through it fail, even if another process has the pid. STATUS_GONE, STATUS_FAILED,
// STATUS_PERMISSION (hidden by hidepid).
must_check enum status proc_open(pid_t pid, int *ret_fd, struct error *err);

// As proc_open(), but where the first thread of the process has ended while others run, opens the
// directory of one that runs, /proc/PID/task/TID: there alone the process has its memory, its program
// and its figures. *ret_tid is that thread, else pid.
must_check enum status proc_open_living(
	pid_t pid, int *ret_fd, pid_t *ret_tid, struct error *err);

// Reads the file name in the directory fd (AT_FDCWD: name is absolute) to its end. The result has a
// NUL after its *ret_length bytes; the caller frees it. STATUS_GONE, STATUS_PERMISSION,
// STATUS_NOT_FOUND, STATUS_NO_MEMORY, STATUS_FAILED; errno is as the kernel set it.
must_check enum status proc_read(int fd, const char *name, char **ret, size_t *ret_length);

// Reads the target of a link (exe, cwd). The caller frees it. Statuses as proc_read().
must_check enum status proc_read_link(int fd, const char *name, char **ret);

// The status for an errno of a file of /proc/PID.
enum status proc_status(int number);

// Finds a number in the text of "status", "meminfo" or "memory.stat": it follows key, which must
// begin a line, and blanks. STATUS_NOT_FOUND.
must_check enum status proc_find_number(const char *text, const char *key, uint64_t *ret);

// The same in a file. False: there is none.
bool proc_read_number(int fd, const char *name, const char *key, uint64_t *ret);

// The device number, as maps show it, of files that the kernel itself makes in memory: memfd,
// shared anonymous memory, System V's. No file system of anybody is asked for their bytes. 0 where
// it is not known.
uint64_t proc_memory_device(void);

struct proc_stat {
	char name[32]; // foreign bytes
	char state;
	pid_t parent;
	bool is_exiting; // its memory may be gone before it becomes a zombie
	bool is_kernel_thread;
	uint64_t cpu_ticks;
	uint64_t start_time;  // clock ticks since boot
	uint64_t rss_bytes;
	uint64_t start_stack; // changes with an exec; 0: the kernel does not tell us
};

// Reads "stat" or "task/TID/stat" in the directory fd. Statuses as proc_read(), and STATUS_INVALID.
must_check enum status proc_read_stat(int fd, const char *name, struct proc_stat *ret);
