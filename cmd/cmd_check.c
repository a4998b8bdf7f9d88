// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/time.h"
#include "command.h"
#include "export/json.h"
#include "export/paragraph.h"
#include "output.h"
#include "sampling.h"
#include "session/recording.h"
#include "session/session.h"

static const double FOR_SECONDS = 60; // by default

static enum status write_text(
	const struct settings *settings, const struct results *results, struct error *err)
{
	struct text text = {0};
	unsigned width = output_width() ? output_width() : 80;
	enum status status = paragraph_add(results, width, output_is_ascii(settings), &text);
	AUTO(freep) char *paragraph = text_take(&text);
	if (status || !paragraph)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	return output_write(paragraph, err);
}

static enum status write_json(const struct results *results, bool compact, struct error *err)
{
	AUTO(freep) char *document = NULL;
	enum status status = export_json_check(results, compact, &document, err);
	if (!status)
		status = output_write(document, err);
	return status ? status : output_write("\n", err);
}

// STATUS_LEAK if there is a leak. Each of several documents stands on a line of its own.
static enum status tell(const struct settings *settings, const struct results *results,
	bool compact, struct error *err)
{
	enum status status = settings->json ? write_json(results, compact, err)
					    : write_text(settings, results, err);
	bool leaks = results->verdict.kind == VERDICT_LEAK;
	return status ? status : leaks ? STATUS_LEAK : STATUS_OK;
}

// --- Recorded samples ---

static enum status check_target(const struct settings *settings, struct recording *recording,
	size_t target, bool compact, struct error *err)
{
	size_t first, last;
	enum status status = recording_choose(recording, target, err);
	if (status)
		return status;
	recording_ends(recording, &first, &last);
	status = recording_show(recording, first, last, err);
	return status ? status
		      : tell(settings, recording_results(recording), compact, err);
}

// All processes of the file, unless one is named.
static enum status check_file(const struct settings *settings, struct error *err)
{
	AUTO(recording_closep) struct recording *recording = NULL;
	size_t count, target;
	pid_t pid;
	enum status status = recording_open(settings->arguments[0], &recording, err);
	if (status)
		return status;
	if (settings->pids.count) {
		status = settings_pid(settings, &pid, err);
		if (!status)
			status = recording_find(recording, pid, &target, err);
		return status ? status : check_target(settings, recording, target, false, err);
	}
	bool leaks = false;
	recording_targets(recording, &count);
	for (target = 0; target < count; target++) {
		if (target && !settings->json)
			status = output_write("\n", err);
		if (!status)
			status = check_target(settings, recording, target, count > 1, err);
		leaks |= status == STATUS_LEAK;
		if (status && status != STATUS_LEAK)
			return status;
		status = STATUS_OK;
	}
	return leaks ? STATUS_LEAK : STATUS_OK;
}

// --- A live process ---

static enum status take_samples(
	const struct settings *settings, struct session *session, struct error *err)
{
	double lasts = settings->for_seconds ? settings->for_seconds : FOR_SECONDS;
	double end = time_boot_seconds() + lasts, next = time_boot_seconds();
	for (;;) {
		enum status status = sampling_take(session, err);
		next += settings->delay_seconds;
		if (!status && time_boot_seconds() >= end)
			return STATUS_OK;
		// The last sample is taken at the end.
		if (next > end || next + settings->delay_seconds / 2 > end)
			next = end;
		if (!status)
			status = sampling_wait(session, next, err);
		if (status)
			return status;
	}
}

// A process that ends is judged by the samples that there are.
static enum status check_process(const struct settings *settings, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	pid_t pid;
	enum status status = settings_pid(settings, &pid, err);
	if (!status)
		status = sampling_open(settings, pid, &session, err);
	if (status)
		return status;
	status = take_samples(settings, session, err);
	const struct results *results = session_results(session);
	if (status && (status != STATUS_GONE || !results->history.current))
		return status;
	enum status told = tell(settings, results, false, status ? NULL : err);
	return status ? status : told;
}

static enum status check_run(const struct settings *settings, struct error *err)
{
	if (settings->argument_count)
		return settings->for_seconds
			? error_set(err, STATUS_USAGE, "--for goes with -p PID, and not with a file")
			: check_file(settings, err);
	if (!settings->pids.count)
		return error_set(err, STATUS_USAGE, "name a file, or a process with -p PID");
	return check_process(settings, err);
}

const struct command check_command = {
	.name = "check",
	.arguments = "[FILE]",
	.summary = "tell whether it leaks, in one paragraph",
	.text = "Judges the samples of a file or, with -p alone, a process that it looks at\n"
		"for a while. The exit status is 10 where there is a leak, and 0 where there\n"
		"is none or it is too early to say.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_FOR, OPTION_DELAY, OPTION_JSON,
		OPTION_VALUES, OPTION_MAX_PAUSE, OPTION_MAX_MEMORY, OPTION_ASCII, OPTION_VERBOSE,
		OPTION_END},
	.max_arguments = 1,
	.run = check_run,
};
