// SPDX-License-Identifier: MIT
// The processes of a machine at one moment.
#pragma once

#include "base/guard.h"

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
	bool has_python;     // maps a python executable or libpython, also from a memfd; judged by
			     // its name if maps are unreadable
	char *exe;	     // "" if it may not be read; foreign bytes
	char *command_line;  // foreign bytes; for kernel threads and zombies the name
};

struct process_list {
	struct process *items;
	size_t count;
};

void process_deinit(struct process *process);

void process_list_destroy(struct process_list *list);
GUARD(struct process_list, process_list_destroy)
