// SPDX-License-Identifier: MIT
// The processes of this machine, as listed in /proc.
#pragma once

#include "base/error.h"
#include "result/process_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Lists all processes, or with only_python those with has_python, ascending by pid. Leaves out
// processes that end meanwhile.
must_check enum status process_list_read(
	bool only_python, struct process_list **ret, struct error *err);

struct process_thread {
	pid_t tid;
	pid_t inner_tid; // its id in the innermost pid namespace of the process
	char state;
	char name[32]; // comm; foreign bytes
	uint64_t cpu_ticks;
};

// The kernel's threads of a process. The caller frees *ret.
must_check enum status process_threads_read(
	pid_t pid, struct process_thread **ret, size_t *ret_count, struct error *err);
