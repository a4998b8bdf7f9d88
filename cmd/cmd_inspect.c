// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "command.h"
#include "export/json.h"
#include "output.h"
#include "print.h"
#include "result/inspection.h"
#include "sampling.h"
#include "session/session.h"
#include "view/view_inspection.h"

static enum status print_json_object(const struct inspection *inspection, struct error *err)
{
	AUTO(freep) char *document = NULL;
	enum status status = export_json_object(inspection, false, &document, err);
	return status ? status : print_document(document, err);
}

static enum status print_object(
	const struct settings *settings, const struct inspection *inspection, struct error *err)
{
	AUTO(freep) char *line = NULL;
	AUTO(freep) char *fillers = NULL;
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = view_inspection_line(inspection, &line, err);
	if (!status)
		status = print_line(settings, line, err);
	if (!status && inspection->filled_by.count)
		status = view_inspection_fillers(inspection, &fillers, err);
	if (!status && fillers)
		status = print_line(settings, fillers, err);
	if (!status && inspection->entries.count)
		status = view_inspection(inspection, &table, err);
	if (status || !table)
		return status;
	status = output_write("\n", err);
	return status ? status : print_table(settings, table, err);
}

static enum status inspect_run(const struct settings *settings, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	struct settings once = *settings;
	pid_t pid;
	once.delay_seconds = 0; // there is no next sample
	once.inspect = settings->argument_count ? settings->arguments[0] : "__main__";
	enum status status = settings_pid(settings, &pid, err);
	if (!status)
		status = sampling_open(&once, pid, &session, err);
	if (!status)
		status = sampling_take(session, err);
	if (status)
		return status;
	const struct inspection *inspection = session_inspection(session);
	return settings->json ? print_json_object(inspection, err)
			      : print_object(settings, inspection, err);
}

const struct command inspect_command = {
	.name = "inspect",
	.arguments = "[NAME]",
	.summary = "look inside an object by its name",
	.text = "Finds the object that Python calls NAME (__main__ unless told) in one sample of\n"
		"the process: __main__.cache, app.db.Pool.instances[3], sys.modules['x'].y.\n"
		"Says its type, length, size and the bytes that would be freed with it\n"
		"(retained), and the same of each thing that it has. Keys of dicts and values\n"
		"only with --values.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_ROWS, OPTION_JSON, OPTION_VALUES,
		OPTION_MAX_PAUSE, OPTION_MAX_MEMORY, OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 1,
	.run = inspect_run,
};
