// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "command.h"
#include "export/dot.h"
#include "export/json.h"
#include "output.h"
#include "print.h"
#include "result/references.h"
#include "sampling.h"
#include "session/session.h"
#include "view/view_references.h"

static enum status print_json_references(const struct references *references, struct error *err)
{
	AUTO(freep) char *document = NULL;
	enum status status = export_json_references(references, false, &document, err);
	return status ? status : print_document(document, err);
}

static enum status print_dot(
	const struct settings *settings, const struct references *references, struct error *err)
{
	AUTO(freep) char *picture = NULL;
	enum status status = export_dot_references(references, settings->max_rows, &picture, err);
	return status ? status : output_write(picture, err);
}

static enum status print_behind_line(
	const struct settings *settings, const struct table *table, struct error *err)
{
	enum status status = output_write("\n", err);
	return status ? status : print_table(settings, table, err);
}

static enum status print_references(
	const struct settings *settings, const struct references *references, struct error *err)
{
	AUTO(freep) char *line = NULL;
	AUTO(table_destroyp) struct table *paths = NULL;
	AUTO(table_destroyp) struct table *referrers = NULL;
	enum status status = view_references_line(references, &line, err);
	if (!status)
		status = view_holding_paths(references, &paths, err);
	if (!status)
		status = view_referrers(references, &referrers, err);
	if (!status)
		status = print_line(settings, line, err);
	if (!status)
		status = print_behind_line(settings, paths, err);
	return status ? status : print_behind_line(settings, referrers, err);
}

static enum status refs_run(const struct settings *settings, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	struct settings once = *settings;
	pid_t pid;
	if (!settings->argument_count)
		return error_set(err, STATUS_USAGE,
			"name an object or a type, as in __main__.cache or dict");
	if (settings->json && settings->dot)
		return error_set(err, STATUS_USAGE, "--json and --dot exclude each other");
	once.delay_seconds = 0; // there is no next sample
	once.refs = settings->arguments[0];
	enum status status = settings_pid(settings, &pid, err);
	if (!status)
		status = sampling_open(&once, pid, &session, err);
	if (!status)
		status = sampling_take(session, err);
	if (status)
		return status;
	const struct references *references = session_references(session);
	if (settings->dot)
		return print_dot(settings, references, err);
	return settings->json ? print_json_references(references, err)
			      : print_references(settings, references, err);
}

const struct command refs_command = {
	.name = "refs",
	.arguments = "NAME|TYPE|ADDRESS",
	.summary = "tell who holds an object, or the objects of a type",
	.text = "Finds in one sample of the process what refers to an object, by its name\n"
		"(__main__.cache), its address, or to all objects of a type (dict,\n"
		"__main__.Session), and on which ways from a root. Ways that differ in indexes\n"
		"and keys of dicts alone are counted together. Keys of dicts only with --values.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_ROWS, OPTION_JSON, OPTION_DOT,
		OPTION_VALUES, OPTION_MAX_PAUSE, OPTION_MAX_MEMORY, OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 1,
	.run = refs_run,
};
