// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/text.h"
#include "command.h"
#include "export/export.h"
#include "export_file.h"

// "json, csv or html".
static char *list_formats(void)
{
	struct text text = {0};
	for (size_t i = 0; exporters[i]; i++)
		text_add_format(&text, "%s%s",
			!i		   ? ""
			: exporters[i + 1] ? ", "
					   : " or ",
			exporters[i]->name);
	return text_take(&text);
}

static enum status refuse_format(const char *name, struct error *err)
{
	AUTO(freep) char *formats = list_formats();
	if (!formats)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the formats");
	if (!name)
		return error_set(err, STATUS_USAGE, "name a format: --format %s", formats);
	return error_set(err, STATUS_USAGE, "no format '%s': %s", name, formats);
}

static enum status export_run(const struct settings *settings, struct error *err)
{
	const struct exporter *exporter = settings->format ? exporter_find(settings->format) : NULL;
	if (!exporter)
		return refuse_format(settings->format, err);
	if (settings->table && !exporter->takes_table)
		return error_set(err, STATUS_USAGE, "--table goes with --format csv");
	return export_file(settings, exporter, err);
}

const struct command export_command = {
	.name = "export",
	.arguments = "FILE",
	.summary = "a recorded file as JSON, CSV, metrics or a page",
	.text = "Writes what leaktop recorded for other programs: all of it as JSON, a table as\n"
		"CSV, the last samples as OpenMetrics, which Prometheus' node exporter reads\n"
		"from a file, or the page of leaktop report as HTML. Of metrics --rows limits\n"
		"the types and containers with a name.",
	.options = (const enum option_id[]){OPTION_FORMAT, OPTION_TABLE, OPTION_PID, OPTION_OUTPUT,
		OPTION_ROWS, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 1,
	.run = export_run,
};
