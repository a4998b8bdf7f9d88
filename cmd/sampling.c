// SPDX-License-Identifier: MIT
#include "sampling.h"

#include "base/clock.h"
#include "interrupt.h"
#include "options.h"
#include "progress.h"
#include "session.h"

static const double POLL_SECONDS = 0.25;

enum status sampling_open(const struct settings *settings, pid_t pid, struct session **ret,
	struct error *err)
{
	struct session_options options = {
		.pid = pid,
		.interval_seconds = settings->delay_seconds,
		.max_memory_bytes = settings->max_memory_bytes,
		.max_pause_ms = settings->max_pause_ms,
		.with_values = settings->values,
	};
	enum status status = session_open(&options, ret, err);
	// Only now is there anything that has to end in order.
	if (!status)
		interrupt_catch();
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

enum status sampling_wait(struct session *session, double until, struct error *err)
{
	double now;
	while ((now = clock_seconds()) < until) {
		if (interrupt_signal())
			return STATUS_INTERRUPTED;
		enum status status = session_poll_memory(session, err);
		if (status)
			return status;
		clock_sleep(until - now < POLL_SECONDS ? until - now : POLL_SECONDS);
	}
	return interrupt_signal() ? STATUS_INTERRUPTED : STATUS_OK;
}
