// SPDX-License-Identifier: MIT
// JSON and CSV: what walks through a file from its first sample to its last.
#include "session/publish.h"

#include "base/guard.h"
#include "base/text.h"
#include "export/csv.h"
#include "export/document.h"
#include "export/json.h"
#include "session/publish_target.h"
#include "store/store.h"
#include "view/view.h"

#include <string.h>

enum status publish_text(
	const struct publish_request *request, struct text *text, struct error *err)
{
	AUTO(freep) char *whole = text_take(text);
	if (!whole)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	return request->sink->write(request->sink->context, whole, err);
}

enum status publish_each(const struct publish_request *request, publish_target visit, void *context,
	struct error *err)
{
	struct recording *recording = request->recording;
	size_t count, start = 0;
	recording_targets(recording, &count);
	enum status status = STATUS_OK;
	if (request->pid) {
		status = recording_find(recording, request->pid, &start, err);
		count = start + 1;
	}
	for (size_t i = start; !status && i < count; i++) {
		status = recording_choose(recording, i, err);
		if (!status)
			status = visit(request, i, context, err);
	}
	return status;
}

enum status publish_show_ends(struct recording *recording, struct error *err)
{
	size_t first, last;
	recording_ends(recording, &first, &last);
	return recording_show(recording, first, last, err);
}

// --- JSON ---

static enum status write_string(
	const struct publish_request *request, const char *string, struct error *err)
{
	return request->sink->write(request->sink->context, string, err);
}

// A process as an object that is left open behind "samples": [.
static enum status begin_target(
	const struct publish_request *request, size_t position, struct error *err)
{
	size_t count;
	const struct recorded_target *target =
		&recording_targets(request->recording, &count)[position];
	AUTO(document_deinit) struct document document = {.root = json_object()};
	document_add_string(&document, document.root, "host", target->host);
	document_add_string(&document, document.root, "boot_id", target->boot_id);
	document_add_signed(&document, document.root, "pid", target->pid);
	document_add_unsigned(&document, document.root, "start_time", target->start_time);
	document_add_string(&document, document.root, "exe", target->exe);
	document_add_string(&document, document.root, "cmdline", target->command_line);
	document_add_string(&document, document.root, "python", target->python);
	AUTO(freep) char *object = NULL;
	enum status status = document_write(&document, true, &object, err);
	if (status)
		return status;
	object[strlen(object) - 1] = '\0'; // its closing brace
	status = write_string(request, object, err);
	return status ? status : write_string(request, ",\"samples\":[", err);
}

static enum status write_sample(
	const struct publish_request *request, size_t position, struct error *err)
{
	AUTO(sample_destroyp) struct sample *sample = NULL;
	enum status status = recording_read(request->recording, position, &sample, err);
	if (status)
		return status;
	const struct results results = {
		.history = {.identity = *recording_identity(request->recording),
			.baseline = sample,
			.previous = sample,
			.current = sample}};
	AUTO(freep) char *object = NULL;
	status = export_json_recorded(&results, &object, err);
	if (!status)
		status = write_string(request, position ? ",\n" : "\n", err);
	return status ? status : write_string(request, object, err);
}

static enum status write_target(
	const struct publish_request *request, size_t position, void *context, struct error *err)
{
	bool *is_later = context;
	size_t count;
	recording_samples(request->recording, &count);
	enum status status = write_string(request, *is_later ? ",\n" : "\n", err);
	*is_later = true;
	if (!status)
		status = begin_target(request, position, err);
	for (size_t i = 0; !status && i < count; i++)
		status = write_sample(request, i, err);
	return status ? status : write_string(request, "]}", err);
}

enum status publish_json(const struct publish_request *request, struct error *err)
{
	bool is_later = false;
	enum status status =
		write_string(request, "{\"schema\":\"leaktop.export/1\",\"targets\":[", err);
	if (!status)
		status = publish_each(request, write_target, &is_later, err);
	return status ? status : write_string(request, "]}\n", err);
}

// --- CSV ---

static struct csv_process process_at(const struct publish_request *request, size_t position)
{
	size_t count;
	const struct recorded_target *target =
		&recording_targets(request->recording, &count)[position];
	return (struct csv_process){target->pid, target->start_time};
}

struct csv_lines {
	const struct publish_request *request;
	struct csv_process process;
	struct error *err;
};

static enum status write_reading(const struct reading *reading, void *context)
{
	const struct csv_lines *lines = context;
	struct text text = {0};
	csv_add_reading(reading, &lines->process, &text);
	return publish_text(lines->request, &text, lines->err);
}

static enum status write_readings(
	const struct publish_request *request, size_t position, void *context, struct error *err)
{
	(void)context;
	struct csv_lines lines = {request, process_at(request, position), err};
	return recording_each_reading(request->recording, write_reading, &lines, err);
}

struct csv_view {
	const struct view_ops *view;
	bool has_heading;
};

static enum status write_view(
	const struct publish_request *request, size_t position, void *context, struct error *err)
{
	struct csv_view *shown = context;
	const struct csv_process process = process_at(request, position);
	AUTO(table_destroyp) struct table *table = NULL;
	struct text text = {0};
	enum status status = publish_show_ends(request->recording, err);
	if (!status)
		status = shown->view->load(recording_results(request->recording), &table, err);
	if (status)
		return status;
	if (!shown->has_heading)
		csv_add_heading(table, &text);
	shown->has_heading = true;
	csv_add_rows(table, &process, &text);
	return publish_text(request, &text, err);
}

enum status publish_csv(const struct publish_request *request, struct error *err)
{
	if (request->table && strcmp(request->table, "samples") != 0) {
		struct csv_view shown = {.view = view_find(request->table)};
		if (!shown.view)
			return error_set(err, STATUS_USAGE,
				"no table '%s': samples, types, containers, memory, collector, "
				"threads or interpreters",
				request->table);
		return publish_each(request, write_view, &shown, err);
	}
	struct text heading = {0};
	csv_add_readings_heading(&heading);
	enum status status = publish_text(request, &heading, err);
	return status ? status : publish_each(request, write_readings, NULL, err);
}
