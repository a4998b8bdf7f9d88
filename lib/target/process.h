// SPDX-License-Identifier: MIT
// The processes of this machine, as /proc lists them.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	pid_t parent;
	uid_t uid;
	uint64_t start_time; // clock ticks since boot
	uint64_t rss_bytes;
	char state;	     // as in /proc/PID/stat
	bool has_python;     // maps a python executable or libpython, or is named so where maps are closed
	char *exe;	     // "" where it may not be read; foreign bytes
	char *command_line;  // foreign bytes; for kernel threads and zombies the name
};

struct process_list {
	struct process *items;
	size_t count;
};

// Lists all processes, or with only_python those that have_python, ascending by pid. Processes that
// end meanwhile are left out.
must_check enum status process_list_read(
	bool only_python, struct process_list **ret, struct error *err);
void process_list_destroy(struct process_list *list);

struct process_thread {
	pid_t tid;
	char state;
	char name[32]; // comm; foreign bytes
	uint64_t cpu_ticks;
};

// The threads of a process as the kernel has them. The caller frees *ret.
must_check enum status process_threads_read(
	pid_t pid, struct process_thread **ret, size_t *ret_count, struct error *err);
