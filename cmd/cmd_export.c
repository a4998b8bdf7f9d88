// SPDX-License-Identifier: MIT
#include "command.h"
#include "export_file.h"

#include <string.h>

struct format {
	const char *name;
	publisher publish;
	mode_t mode; // of a file; 0: as the umask says
};

// The node exporter runs as another user, and reads figures that anybody may see.
static const struct format formats[] = {
	{"json", publish_json, 0},
	{"csv", publish_csv, 0},
	{"openmetrics", publish_openmetrics, 0644},
};

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

static enum status export_run(const struct settings *settings, struct error *err)
{
	if (!settings->format)
		return error_set(
			err, STATUS_USAGE, "name a format: --format json, csv or openmetrics");
	const struct format *format = find_format(settings->format);
	if (!format)
		return error_set(err, STATUS_USAGE, "no format '%s': json, csv or openmetrics",
			settings->format);
	if (settings->table && format->publish != publish_csv)
		return error_set(err, STATUS_USAGE, "--table goes with --format csv");
	const struct publish_request request = {
		.rows = settings->max_rows, .table = settings->table};
	return publishing_run(settings, format->publish, &request, format->mode, err);
}

const struct command export_command = {
	.name = "export",
	.arguments = "FILE",
	.summary = "a recorded file as JSON, CSV or metrics",
	.text = "Writes what leaktop recorded for other programs: all of it as JSON, a table as\n"
		"CSV, or the last samples as OpenMetrics, which Prometheus' node exporter reads\n"
		"from a file. Of these --rows limits the types and containers with a name.",
	.options = (const enum option_id[]){OPTION_FORMAT, OPTION_TABLE, OPTION_PID, OPTION_OUTPUT,
		OPTION_ROWS, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 1,
	.run = export_run,
};
