// SPDX-License-Identifier: MIT
#include "show_file.h"

#include "base/guard.h"
#include "options.h"
#include "print.h"
#include "session/recording.h"
#include "tui/tui.h"
#include "view/table.h"
#include "view/view_recorded.h"

#include <unistd.h>

static const char *const shown_views[] = {
	"types", "containers", "memory", "collector", "threads", "interpreters", NULL};

static enum status print_processes(
	const struct settings *settings, const struct recording *recording, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	size_t count;
	const struct recorded_target *targets = recording_targets(recording, &count);
	enum status status = view_recorded(targets, count, &table, err);
	return status ? status : print_table(settings, table, err);
}

// The last sample, with the growth since the first.
static enum status print_last(
	const struct settings *settings, struct recording *recording, struct error *err)
{
	size_t first, last;
	recording_ends(recording, &first, &last);
	enum status status = recording_show(recording, first, last, err);
	if (status)
		return status;
	const struct results *results = recording_results(recording);
	return settings->json ? print_json(results, settings->batch, err)
			      : print_text(settings, results, shown_views, err);
}

// Chooses the process that is named, or the only one; otherwise *ret is false.
static enum status choose(const struct settings *settings, struct recording *recording, bool *ret,
	struct error *err)
{
	size_t count, target = 0;
	pid_t pid = 0;
	enum status status = STATUS_OK;
	recording_targets(recording, &count);
	*ret = count == 1 || settings->pids.count;
	if (!*ret)
		return STATUS_OK;
	if (settings->pids.count)
		status = settings_pid(settings, &pid, err);
	if (!status)
		status = recording_find(recording, pid, &target, err);
	return status ? status : recording_choose(recording, target, err);
}

enum status show_file_run(const struct settings *settings, struct error *err)
{
	AUTO(recording_closep) struct recording *recording = NULL;
	bool is_chosen = false;
	enum status status = recording_open(settings->arguments[0], &recording, err);
	if (!status)
		status = choose(settings, recording, &is_chosen, err);
	if (status)
		return status;
	if (!settings->batch && !settings->json && isatty(STDOUT_FILENO))
		return tui_show_recording(settings, recording, is_chosen, err);
	return is_chosen ? print_last(settings, recording, err)
			 : print_processes(settings, recording, err);
}
