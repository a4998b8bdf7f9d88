// SPDX-License-Identifier: MIT
#include "base/path.h"
#include "command.h"
#include "export_file.h"

#include <stdio.h>

static enum status report_run(const struct settings *settings, struct error *err)
{
	char title[128] = "leaktop";
	if (settings->argument_count)
		snprintf(title, sizeof(title), "leaktop: %s", path_base(settings->arguments[0]));
	const struct publish_request request = {.title = title};
	return publishing_run(settings, publish_report, &request, 0, err);
}

const struct command report_command = {
	.name = "report",
	.arguments = "FILE",
	.summary = "a recorded file as a page for the browser",
	.text = "Writes one HTML file that needs nothing else: memory over time, and the\n"
		"containers and types that grew, in tables that a click on a heading sorts.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_OUTPUT, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 1,
	.run = report_run,
};
