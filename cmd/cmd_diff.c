// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/time.h"
#include "command.h"
#include "export/json.h"
#include "output.h"
#include "print.h"
#include "session/comparison.h"
#include "view/view_diff.h"

#include <stdio.h>
#include <string.h>

static enum status write_json(const struct comparison *comparison, struct error *err)
{
	AUTO(freep) char *document = NULL;
	enum status status = export_json_diff(comparison->before, comparison->after,
		comparison->growth, false, &document, err);
	if (!status)
		status = output_write(document, err);
	return status ? status : output_write("\n", err);
}

static enum status write_process(const struct settings *settings, const char *title,
	const struct identity *identity, struct error *err)
{
	struct text text = {0};
	text_add_format(&text, "%s  pid %d", title, (int)identity->pid);
	if (identity->python[0])
		text_add_format(&text, "  python %s", identity->python);
	text_add_format(&text, "  %s", identity->command_line);
	AUTO(freep) char *line = text_take(&text);
	return line ? print_line_80(settings, line, err)
		    : error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
}

static void add_duration(struct text *text, double seconds)
{
	const char *direction = seconds < 0 ? "earlier" : "later";
	double length = seconds < 0 ? -seconds : seconds;
	if (length < 120)
		text_add_format(text, "  %.1f s %s", length, direction);
	else if (length < 120 * 60)
		text_add_format(text, "  %.1f min %s", length / 60, direction);
	else if (length < 72 * 3600)
		text_add_format(text, "  %.1f h %s", length / 3600, direction);
	else
		text_add_format(text, "  %.1f days %s", length / 86400, direction);
}

static enum status write_times(const struct settings *settings,
	const struct comparison *comparison, struct error *err)
{
	struct text text = {0};
	char time[TIME_TEXT_SIZE];
	text_add_format(&text, "from sample %u, %s", comparison->before->number,
		time_format(comparison->before->taken_ms, time));
	AUTO(freep) char *from = text_take(&text);
	text_add_format(&text, "to sample %u, %s", comparison->after->number,
		time_format(comparison->after->taken_ms, time));
	add_duration(&text, comparison->growth->seconds);
	AUTO(freep) char *to = text_take(&text);
	if (!from || !to)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	enum status status = print_line_80(settings, from, err);
	return status ? status : print_line_80(settings, to, err);
}

static enum status write_head(const struct settings *settings,
	const struct comparison *comparison, struct error *err)
{
	bool same = comparison->is_same_process;
	enum status status = write_process(
		settings, same ? "leaktop diff" : "before", &comparison->before_identity, err);
	if (!status && !same)
		status = write_process(settings, "after ", &comparison->after_identity, err);
	return status ? status : write_times(settings, comparison, err);
}

// Writes a table and destroys it.
static enum status write_table(
	const struct settings *settings, struct table *take, struct error *err)
{
	AUTO(table_destroyp) struct table *table = take;
	enum status status = output_write("\n", err);
	if (status || table->row_count)
		return status ? status : print_table_80(settings, table, err);
	struct text text = {0};
	text_add_format(&text, "%s: nothing changed", table->title);
	AUTO(freep) char *line = text_take(&text);
	return line ? print_line_80(settings, line, err)
		    : error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
}

static enum status write_heap(const struct settings *settings,
	const struct comparison *comparison, struct error *err)
{
	struct table *table;
	enum status status = view_diff_types(comparison->growth, &table, err);
	if (!status)
		status = write_table(settings, table, err);
	if (status)
		return status;
	if (!comparison->is_same_process)
		return print_line_80(
			settings, "\nContainers of different processes are not compared.", err);
	status = view_diff_containers(
		comparison->growth, comparison->before, comparison->after, &table, err);
	return status ? status : write_table(settings, table, err);
}

static enum status write_text(const struct settings *settings,
	const struct comparison *comparison, struct error *err)
{
	struct table *table;
	struct settings whole = *settings;
	whole.max_rows = 0; // a part of the kinds of memory is of no use
	enum status status = write_head(settings, comparison, err);
	if (!status)
		status = view_diff_memory(comparison->before, comparison->after, &table, err);
	if (!status)
		status = write_table(&whole, table, err);
	if (status || comparison->has_heap)
		return status ? status : write_heap(settings, comparison, err);
	return print_line_80(settings,
		"\nTypes and containers are left out: not both samples have a heap.", err);
}

static enum status diff_run(const struct settings *settings, struct error *err)
{
	if (!settings->argument_count)
		return error_set(err, STATUS_USAGE, "name a file: leaktop diff FILE [FILE]");
	struct comparison_options options = {
		.before = settings->arguments[0],
		.after = settings->argument_count > 1 ? settings->arguments[1] : NULL,
		.from = settings->from,
		.to = settings->to,
		.force = settings->force,
	};
	AUTO(comparison_destroyp) struct comparison *comparison = NULL;
	enum status status =
		settings->pids.count ? settings_pid(settings, &options.pid, err) : STATUS_OK;
	if (!status)
		status = comparison_create(&options, &comparison, err);
	if (status)
		return status;
	return settings->json ? write_json(comparison, err) : write_text(settings, comparison, err);
}

const struct command diff_command = {
	.name = "diff",
	.arguments = "FILE [FILE]",
	.summary = "growth between two recorded samples",
	.text = "Compares the first and the last sample of a file, or the last ones of two\n"
		"files: by kind of memory, type and container. -p chooses a process of a file\n"
		"with several.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_FROM, OPTION_TO, OPTION_FORCE,
		OPTION_ROWS, OPTION_JSON, OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.max_arguments = 2,
	.run = diff_run,
};
