// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "command.h"
#include "output.h"
#include "print.h"
#include "sampling.h"
#include "session/recorder.h"
#include "session/session.h"

#include <stdio.h>

static const char *const shown_views[] = {
	"types", "containers", "memory", "collector", "threads", "interpreters", NULL};

static enum status store_sample(
	struct recorder *recorder, const struct history *history, struct error *err)
{
	const struct sample *sample = history->current;
	if (sample->census_missing)
		fprintf(stderr, "leaktop: %s\n", sample->census_missing);
	return recorder_add(recorder, &history->identity, sample, err);
}

// Prints a sample or, with a recorder, stores it.
static enum status snapshot_of(const struct settings *settings, pid_t pid,
	struct recorder *recorder, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	struct settings once = *settings;
	once.delay_seconds = 0; // there is no next sample
	enum status status = sampling_open(&once, pid, &session, err);
	if (status)
		return status;
	status = sampling_take(session, err);
	if (status)
		return status;
	const struct results *results = session_results(session);
	if (recorder)
		return store_sample(recorder, &results->history, err);
	// Each of several documents stands on a line of its own, so that a reader can tell them apart.
	if (settings->json)
		return print_json(results, settings->pids.count > 1, err);
	return print_text(settings, results, shown_views, err);
}

static enum status snapshot_run(const struct settings *settings, struct error *err)
{
	AUTO(recorder_closep) struct recorder *recorder = NULL;
	const pid_t *pids = settings->pids.items;
	enum status status = STATUS_OK;
	if (!settings->pids.count)
		return error_set(err, STATUS_USAGE, "name a process with -p PID");
	if (settings->output)
		status = recorder_open(settings->output, RECORDER_ONCE, &recorder, err);
	for (size_t i = 0; !status && i < settings->pids.count; i++) {
		if (i && !settings->json && !recorder)
			status = output_write("\n", err);
		if (!status)
			status = snapshot_of(settings, pids[i], recorder, err);
	}
	return status || !recorder ? status : recorder_finish(recorder, err);
}

const struct command snapshot_command = {
	.name = "snapshot",
	.arguments = "",
	.summary = "look once: print what is there, or store it",
	.text = "Takes one sample of each process and prints its tables, or with --json a\n"
		"document with every type; with --output it writes a file instead, to be looked\n"
		"at later: leaktop FILE, leaktop diff.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_OUTPUT, OPTION_ROWS, OPTION_JSON, OPTION_VALUES,
		OPTION_MAX_PAUSE, OPTION_MAX_MEMORY, OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.run = snapshot_run,
};
