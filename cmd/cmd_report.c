// SPDX-License-Identifier: MIT
#include "command.h"
#include "export/export.h"
#include "export_file.h"

static enum status report_run(const struct settings *settings, struct error *err)
{
	return export_file(settings, &html_exporter, err);
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
