// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "command.h"
#include "output.h"
#include "report.h"
#include "sampling.h"
#include "session.h"

GUARD(struct session, session_close)

static const char *const shown_views[] = {
	"types", "containers", "memory", "collector", "threads", NULL};

static enum status snapshot_of(const struct settings *settings, pid_t pid, struct error *err)
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
	const struct view_input *input = session_results(session);
	// Several documents are one a line, so that a reader can tell them apart.
	if (settings->json)
		return report_json(input, settings->pids.count > 1, err);
	return report_text(settings, input, shown_views, err);
}

static enum status snapshot_run(const struct settings *settings, struct error *err)
{
	const pid_t *pids = settings->pids.items;
	if (!settings->pids.count)
		return error_set(err, STATUS_USAGE, "name a process with -p PID");
	for (size_t i = 0; i < settings->pids.count; i++) {
		enum status status = STATUS_OK;
		if (i && !settings->json)
			status = output_write("\n", err);
		if (!status)
			status = snapshot_of(settings, pids[i], err);
		if (status)
			return status;
	}
	return STATUS_OK;
}

const struct command snapshot_command = {
	.name = "snapshot",
	.arguments = "",
	.summary = "look once and print what is there",
	.text = "Takes one sample of each process and prints its tables, or with --json a document\n"
		"with every type and container.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_ROWS, OPTION_JSON, OPTION_VALUES,
		OPTION_MAX_PAUSE, OPTION_MAX_MEMORY, OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.run = snapshot_run,
};
