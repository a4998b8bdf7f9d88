// SPDX-License-Identifier: MIT
// For developers of leaktop: the tables that say where the fields of each CPython lie.
#include "base/guard.h"
#include "base/text.h"
#include "command.h"
#include "doctor/layout_sources.h"
#include "doctor/layout_tool.h"
#include "output.h"

typedef enum status (*task)(
	const struct layout_request *request, struct text *text, struct error *err);

static enum status choose_task(const struct settings *settings, task *ret, struct error *err)
{
	if (settings->show + settings->emit + settings->compare + settings->check > 1)
		return error_set(err, STATUS_USAGE,
			"--show, --emit, --compare and --check do not go together");
	if (settings->pids.count && (!settings->check || settings->argument_count))
		return error_set(err, STATUS_USAGE, "-p goes with --check alone");
	*ret = settings->emit	 ? layout_tool_emit
	       : settings->compare ? layout_tool_compare
	       : settings->check   ? layout_tool_check
				   : layout_tool_show;
	return STATUS_OK;
}

// The findings are printed also if they make the command fail.
static enum status layout_run(const struct settings *settings, struct error *err)
{
	const struct layout_request request = {
		.files = (const char *const *)settings->arguments,
		.file_count = settings->argument_count,
		.root = settings->root,
		.release = settings->release,
		.versions = settings->versions,
		.variant = settings->variant,
		.origin = settings->origin,
		.set = settings->set,
	};
	task run = NULL;
	enum status status = choose_task(settings, &run, err);
	if (status)
		return status;
	struct text text = {0};
	pid_t pid = 0;
	if (settings->pids.count) {
		status = settings_pid(settings, &pid, err);
		if (!status)
			status = layout_sources_compare(pid, &text, err);
	} else {
		status = run(&request, &text, err);
	}
	AUTO(freep) char *printed = text_take(&text);
	if (!printed)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	enum status written = output_write(printed, status ? NULL : err);
	return status ? status : written;
}

const struct command layout_command = {
	.name = "layout",
	.arguments = "[TABLE|FILE...]",
	.summary = "show, compare and make layout tables (for developers)",
	.text = "Shows where the fields of CPython's structs lie: by a built-in table (3.11.2,\n"
		"3.13.5/debian) or by the debug information of files: an interpreter and, behind\n"
		"it, extension modules. Without any, lists the built-in tables. With --check and\n"
		"-p, compares all that is known of one process: table, published offsets, debug\n"
		"information, and what is found by structure.",
	.options = (const enum option_id[]){OPTION_SHOW, OPTION_EMIT, OPTION_COMPARE, OPTION_CHECK,
		OPTION_PID,
		OPTION_ROOT, OPTION_RELEASE, OPTION_VERSIONS, OPTION_VARIANT, OPTION_ORIGIN, OPTION_SET,
		OPTION_VERBOSE, OPTION_END},
	.max_arguments = 64,
	.run = layout_run,
};
