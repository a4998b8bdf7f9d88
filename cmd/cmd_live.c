// SPDX-License-Identifier: MIT
#include "batch.h"
#include "command.h"
#include "pick_batch.h"
#include "show_file.h"
#include "tui/tui.h"

#include <unistd.h>

static enum status live_run_command(const struct settings *settings, struct error *err)
{
	// Without a screen a list of processes is still of use; a live view is not, and says so.
	bool wants_text = settings->batch || settings->json;
	if (settings->argument_count)
		return show_file_run(settings, err);
	if (!settings->pids.count)
		return wants_text || !isatty(STDOUT_FILENO) ? pick_batch_run(settings, err)
							     : tui_run(settings, err);
	return wants_text ? batch_run(settings, err) : tui_run(settings, err);
}

const struct command live_command = {
	.name = "",
	.arguments = "[PID|FILE]",
	.summary = "",
	.text = "Finds memory leaks in a running CPython process, from outside. Without a\n"
		"process it lists those of Python to pick one; with its PID, or -p, it shows\n"
		"what grows in it. A FILE that was recorded is shown in the same way, sample by\n"
		"sample.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_BATCH, OPTION_DELAY, OPTION_COUNT,
		OPTION_ROWS, OPTION_JSON, OPTION_VALUES, OPTION_MAX_PAUSE, OPTION_MAX_MEMORY,
		OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 1,
	.run = live_run_command,
};
