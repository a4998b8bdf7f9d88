// SPDX-License-Identifier: MIT
// Stops every thread of a process for a piece of work, and lets it go again whatever happens.
//
// A thread of ours of its own does it, since the kernel ties a tracer to a thread: when that thread
// ends, or we die by any signal, the kernel lets go of all that it traced, whatever state that is
// in. So nothing is done about SIGINT and its kind: what they end is released at once. What cannot
// be guarded against is our being stopped ourselves by SIGSTOP or a freezer in the middle of the
// work: the target then stands still until we go on or are killed. (A watchdog process could not
// help: only the tracer can let go.) The stop signals of terminals, SIGTSTP, SIGTTIN and SIGTTOU,
// wait until the work is done, in the calling thread; a caller with more threads blocks them there.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct stop_report {
	double stopped_ms; // from the first thread that was made to stop to the last that was let go
	unsigned threads;
};

// Runs in another thread than the caller's, which waits; says how it went in err.
typedef enum status stop_work(void *context, struct error *err);

// Stops the threads of pid (PTRACE_SEIZE and PTRACE_INTERRUPT), runs work and resumes them.
// proc_fd is /proc/PID of the same process. A thread that sleeps in the kernel and cannot be woken
// counts as stopped: it stops before it runs an instruction of the program. Returns what work
// returned, or without running it STATUS_BUSY (another tracer), STATUS_PERMISSION, STATUS_GONE,
// STATUS_FAILED (a thread did not stop in two seconds). ret is written in all cases.
must_check enum status stop_and_work(pid_t pid, int proc_fd, stop_work *work, void *context,
	struct stop_report *ret, struct error *err);
