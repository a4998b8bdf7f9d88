// SPDX-License-Identifier: MIT
#include "sampling.h"

#include "base/log.h"
#include "base/time.h"
#include "interrupt.h"
#include "options.h"
#include "progress.h"
#include "session/session.h"

#include <string.h>

static const double POLL_SECONDS = 0.25;
// Between two samples a process runs at least so many times as long as it was stopped, whatever delay
// was asked for.
static const double REST = 4;

// A layout that is known exactly needs no warning. On a screen the headline gives it.
static void warn_of_layout(const struct session *session)
{
	const struct identity *identity = &session_results(session)->history.identity;
	if (!strcmp(identity->layout_source, "structure"))
		log_notice("warning: no table is for this build of CPython %s: its layout was "
			   "found by structure and passed the checks, but some of what leads to "
			   "objects may be missing",
			identity->python);
}

enum status sampling_open(const struct settings *settings, pid_t pid, struct session **ret,
	struct error *err)
{
	struct session_options options = {
		.pid = pid,
		.interval_seconds = settings->delay_seconds,
		.max_memory_bytes = settings->max_memory_bytes,
		.max_pause_ms = settings->max_pause_ms,
		.with_values = settings->values,
		.inspect = settings->inspect,
		.refs = settings->refs,
	};
	enum status status = session_open(&options, ret, err);
	// Before this there was nothing that has to end in order.
	if (!status) {
		interrupt_catch();
		warn_of_layout(*ret);
	}
	return status;
}

static enum status step_to_end(
	struct session *session, struct progress *progress, struct error *err)
{
	enum status status;
	while ((status = session_step(session, err)) == STATUS_MORE) {
		if (interrupt_signal()) {
			session_cancel_sample(session);
			return STATUS_INTERRUPTED;
		}
		uint64_t met, expected;
		session_progress(session, &met, &expected);
		progress_update(progress, met, expected);
	}
	return status;
}

enum status sampling_take(struct session *session, struct error *err)
{
	struct progress progress;
	progress_begin(&progress);
	enum status status = session_begin_sample(session, err);
	if (status)
		return status;
	status = step_to_end(session, &progress, err);
	progress_end(&progress);
	return status;
}

double sampling_next(const struct session *session, double begun, double delay_seconds)
{
	const struct sample *sample = session_results(session)->history.current;
	double stopped = sample ? sample->copy.stopped_ms / 1000 : 0;
	double rested = begun + stopped * (1 + REST);
	double due = begun + delay_seconds;
	return due > rested ? due : rested;
}

enum status sampling_wait(struct session *session, double until, struct error *err)
{
	double now;
	while ((now = time_boot_seconds()) < until) {
		if (interrupt_signal())
			return STATUS_INTERRUPTED;
		enum status status = session_poll_memory(session, err);
		if (status)
			return status;
		time_sleep(until - now < POLL_SECONDS ? until - now : POLL_SECONDS);
	}
	return interrupt_signal() ? STATUS_INTERRUPTED : STATUS_OK;
}
