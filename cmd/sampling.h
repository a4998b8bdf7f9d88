// SPDX-License-Identifier: MIT
// Samples taken in the foreground, for commands that print.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct session;
struct settings;

// Opens the session that settings ask for on a process. As session_open().
must_check enum status sampling_open(const struct settings *settings, pid_t pid,
	struct session **ret, struct error *err);

// Takes one sample, showing progress. As session_begin_sample() and session_step();
// STATUS_INTERRUPTED.
must_check enum status sampling_take(struct session *session, struct error *err);

// When the next sample is due, as a moment of time_boot_seconds(): delay seconds after the last one was
// begun, but not before the process has run undisturbed for some times as long as it was stopped.
double sampling_next(const struct session *session, double begun, double delay_seconds);

// Waits until a moment of time_boot_seconds(), and reads the memory from time to time for the trend. As
// session_poll_memory(); STATUS_INTERRUPTED.
must_check enum status sampling_wait(struct session *session, double until, struct error *err);
