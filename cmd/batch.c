// SPDX-License-Identifier: MIT
#include "batch.h"

#include "base/guard.h"
#include "base/time.h"
#include "options.h"
#include "output.h"
#include "print.h"
#include "sampling.h"
#include "session/session.h"

static const char *const shown_views[] = {"types", "containers", "interpreters", NULL};

static enum status print_sample(
	const struct settings *settings, const struct session *session, struct error *err)
{
	const struct results *results = session_results(session);
	enum status status;
	if (settings->json) {
		status = print_json(results, true, err);
	} else {
		status = results->history.previous ? output_write("\n", err) : STATUS_OK;
		if (!status)
			status = print_text(settings, results, shown_views, err);
	}
	return status ? status : output_flush(err);
}

static enum status print_samples(
	const struct settings *settings, struct session *session, struct error *err)
{
	double next = 0;
	for (uint64_t taken = 0; !settings->count || taken < settings->count; taken++) {
		enum status status = sampling_wait(session, next, err);
		double begun = time_boot_seconds();
		if (!status)
			status = sampling_take(session, err);
		next = sampling_next(session, begun, settings->delay_seconds);
		if (!status)
			status = print_sample(settings, session, err);
		if (status)
			return status;
	}
	return STATUS_OK;
}

// The samples are taken for the verdict, so it is printed also when they ended early.
static enum status print_verdict(
	const struct settings *settings, const struct session *session, struct error *err)
{
	const struct results *results = session_results(session);
	if (settings->json || !results->history.current)
		return STATUS_OK;
	enum status status = output_write("\n", err);
	if (!status)
		status = print_line(settings, results->verdict.sentence, err);
	return status ? status : output_flush(err);
}

enum status batch_run(const struct settings *settings, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	pid_t pid;
	enum status status = settings_pid(settings, &pid, err);
	if (!status)
		status = sampling_open(settings, pid, &session, err);
	if (status)
		return status;
	status = print_samples(settings, session, err);
	if (status && status != STATUS_INTERRUPTED && status != STATUS_GONE)
		return status;
	enum status printed = print_verdict(settings, session, status ? NULL : err);
	return status ? status : printed;
}
