// SPDX-License-Identifier: MIT
#include "session/session.h"

#include "analysis/causes.h"
#include "analysis/shortlist.h"
#include "base/guard.h"
#include "base/text.h"
#include "heap/fillers.h"
#include "heap/holders.h"
#include "heap/naming.h"
#include "interp/runtime.h"
#include "result/inspection.h"
#include "result/references.h"
#include "session/survey.h"
#include "symbols/interpreter_file.h"
#include "target/capture.h"
#include "target/target.h"

#include <stdlib.h>
#include <string.h>

// The phases of the work on a sample, each of which takes several steps.
enum phase {
	PHASE_SURVEY,
	PHASE_COMPARE,
	PHASE_NAME,
	PHASE_FILL,
	PHASE_INSPECT,
	PHASE_REFS,
};

struct session {
	struct session_options options;
	struct target *target;
	struct interpreter_file *file;
	struct runtime *runtime;
	struct capture *capture; // kept, so that its memory is faulted in for the next sample
	struct survey *survey; // NULL: no sample is being taken
	enum phase phase;      // of that sample
	unsigned samples;
	struct results results;
	struct inspection *inspection; // NULL: nothing was inspected
	struct references *references; // NULL: no holders were looked for
};

static char *escape(const char *foreign)
{
	struct text text = {0};
	text_add_foreign(&text, foreign, strlen(foreign));
	return text_take(&text);
}

static const char *source_name(enum layout_source source)
{
	switch (source) {
	case LAYOUT_DWARF:
		return "dwarf";
	case LAYOUT_PUBLISHED:
		return "published";
	case LAYOUT_STRUCTURE:
		return "structure";
	default:
		return "table";
	}
}

static enum status identify(const struct session *session, struct identity *ret)
{
	const struct runtime *runtime = session->runtime;
	size_t builds = 0;
	ret->pid = target_pid(session->target);
	ret->start_time = target_start_time(session->target);
	ret->exe = escape(target_exe(session->target));
	ret->command_line = escape(target_command_line(session->target));
	memcpy(ret->python, runtime->version_text, sizeof(ret->python));
	if (runtime->is_debug)
		ret->build[builds++] = "debug";
	if (runtime->is_free_threaded)
		ret->build[builds++] = "free-threaded";
	if (runtime->traces_refs)
		ret->build[builds++] = "trace-refs";
	ret->layout_source = source_name(runtime->layout->source);
	return ret->exe && ret->command_line ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status find_interpreter(struct session *session, struct error *err)
{
	enum status status = interpreter_file_open(session->target, &session->file, err);
	if (status)
		return status;
	struct error why = {""};
	status = runtime_create(session->target, session->file, &session->runtime, &why);
	if (status)
		return error_set(err, status, "process %d: %s", (int)target_pid(session->target),
			why.message);
	if (identify(session, &session->results.history.identity))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the identity");
	return STATUS_OK;
}

static enum status open_all(struct session *session, struct error *err)
{
	enum status status = target_open_pid(session->options.pid, &session->target, err);
	if (!status)
		status = find_interpreter(session, err);
	return status ? status : capture_create(&session->capture, err);
}

// Whatever file could not be read: explains that tracing is forbidden, which is the cause.
static enum status explain_refusal(pid_t pid, enum status status, struct error *err)
{
	struct error why;
	if (target_diagnose_access(pid, &why) != STATUS_PERMISSION)
		return status;
	return error_set(err, STATUS_PERMISSION, "%s", why.message);
}

enum status session_open(
	const struct session_options *options, struct session **ret, struct error *err)
{
	AUTO(session_closep) struct session *session = calloc(1, sizeof(*session));
	if (!session)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the session");
	session->options = *options;
	session->results.history.interval_seconds = options->interval_seconds;
	enum status status = open_all(session, err);
	if (status == STATUS_PERMISSION)
		status = explain_refusal(options->pid, status, err);
	// A process that is exiting has no mappings, and does not look like Python.
	struct error end;
	if (status && session->target && target_check(session->target, &end) == STATUS_GONE)
		status = error_set(err, STATUS_GONE, "%s", end.message);
	if (status)
		return status;
	results_judge(&session->results);
	*ret = take_ptr(session);
	return STATUS_OK;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	results_deinit(&session->results);
	inspection_destroy(session->inspection);
	references_destroy(session->references);
	survey_destroy(session->survey);
	capture_destroy(session->capture);
	runtime_destroy(session->runtime);
	interpreter_file_close(session->file);
	target_close(session->target);
	free(session);
}

enum status session_poll_memory(struct session *session, struct error *err)
{
	struct memory_usage usage;
	enum status status = target_check(session->target, err);
	if (status)
		return status;
	status = memory_read(target_pid(session->target), MEMORY_RSS, &usage, err);
	return status ? status : results_add_memory(&session->results, &usage, err);
}

void session_add_earlier_take(struct session *session, struct sample *sample)
{
	sample->number = ++session->samples;
	results_add_sample_take(&session->results, sample);
}

enum status session_begin_sample(struct session *session, struct error *err)
{
	session_cancel_sample(session);
	inspection_destroy(take_ptr(session->inspection));
	references_destroy(take_ptr(session->references));
	enum status status = target_check(session->target, err);
	if (status)
		return status;
	struct survey_source source = {
		.target = session->target,
		.runtime = session->runtime,
		.capture = session->capture,
		.max_memory_bytes = session->options.max_memory_bytes,
		.max_pause_ms = session->options.max_pause_ms,
		.with_graph = session->options.inspect || session->options.refs,
	};
	status = survey_create(&source, &session->survey, err);
	if (status)
		return status;
	session->phase = PHASE_SURVEY;
	survey_sample(session->survey)->number = ++session->samples;
	return results_add_memory(&session->results, &survey_sample(session->survey)->memory, err);
}

static enum status name_chosen(const struct session *session, struct census *census,
	const size_t *chosen, size_t count)
{
	AUTO(freep) uint32_t *nodes = calloc(count + 1, sizeof(*nodes));
	AUTO(freep) char **paths = calloc(count + 1, sizeof(*paths));
	if (!nodes || !paths)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		nodes[i] = census->containers[chosen[i]].node;
	enum status status = naming_paths(survey_walk(session->survey), nodes, count,
		session->options.with_values, paths);
	for (size_t i = 0; !status && i < count; i++)
		census->containers[chosen[i]].path = paths[i];
	return status;
}

// Names the containers of the current sample that may be shown. Needs the walk.
static enum status name_containers(struct session *session, struct error *err)
{
	const struct results *results = &session->results;
	struct census *census = results->history.current->census;
	if (!census)
		return STATUS_OK;
	AUTO(freep) size_t *chosen = NULL;
	size_t count = 0;
	enum status status = shortlist_create(census, results->since_baseline,
		results->since_previous, SHORTLIST_MAX, &chosen, &count);
	if (!status)
		status = name_chosen(session, census, chosen, count);
	return status ? error_set(err, status, "cannot allocate the paths of containers") : STATUS_OK;
}

// Prepares questions to the heap. name is the subject, for messages.
static enum status make_lookup(
	const struct session *session, const char *name, struct lookup *ret, struct error *err)
{
	const struct sample *sample = session->results.history.current;
	if (!sample->census)
		return error_set(err, STATUS_FAILED, "cannot look for '%s': %s", name,
			sample->census_missing);
	*ret = survey_lookup(session->survey);
	ret->with_values = session->options.with_values;
	return STATUS_OK;
}

// The code that fills those containers that a leak is blamed on: these have names by now.
static enum status find_fillers(struct session *session, struct error *err)
{
	struct results *results = &session->results;
	const struct history *history = &results->history;
	struct census *census = history->current->census;
	size_t positions[CAUSES_MAX], count = 0;
	struct causes causes;
	results_judge(results);
	causes_find(history, results->since_baseline, &results->verdict, &causes);
	for (size_t i = 0; i < causes.count; i++)
		if (causes.items[i].container)
			positions[count++] =
				(size_t)(causes.items[i].container - census->containers);
	if (!count)
		return STATUS_OK;
	enum status status = fillers_find(
		survey_walk(session->survey), census, positions, count, &census->fillers);
	return status ? error_set(err, status, "cannot allocate what fills containers") : STATUS_OK;
}

static enum status find_fillers_of_inspected(const struct session *session, struct error *err)
{
	const struct census *census = session->results.history.current->census;
	const struct census_container *container =
		census_container_at(census, session->inspection->object.address);
	if (!container)
		return STATUS_OK;
	size_t position = (size_t)(container - census->containers);
	enum status status = fillers_find(survey_walk(session->survey), census, &position, 1,
		&session->inspection->filled_by);
	return status ? error_set(err, status, "cannot allocate what fills it") : STATUS_OK;
}

static enum status inspect(struct session *session, struct error *err)
{
	const char *path = session->options.inspect;
	struct lookup lookup;
	uint32_t node;
	if (!path)
		return STATUS_OK;
	enum status status = make_lookup(session, path, &lookup, err);
	if (!status)
		status = lookup_find(&lookup, path, &node, err);
	if (!status)
		status = lookup_inspect(&lookup, node, path, &session->inspection, err);
	return status ? status : find_fillers_of_inspected(session, err);
}

static enum status find_holders(struct session *session, struct error *err)
{
	const char *name = session->options.refs;
	struct lookup lookup;
	if (!name)
		return STATUS_OK;
	enum status status = make_lookup(session, name, &lookup, err);
	return status ? status : holders_find(&lookup, survey_walk(session->survey), name,
					 &session->references, err);
}

static enum status run_phase(struct session *session, struct error *err)
{
	switch (session->phase) {
	case PHASE_SURVEY:
		return survey_step(session->survey, err);
	case PHASE_COMPARE:
		results_add_sample_take(&session->results, survey_take_sample(session->survey));
		return results_compare(&session->results, err);
	case PHASE_NAME:
		return name_containers(session, err);
	case PHASE_FILL:
		return find_fillers(session, err);
	case PHASE_INSPECT:
		return inspect(session, err);
	case PHASE_REFS:
		return find_holders(session, err);
	}
	return STATUS_OK;
}

enum status session_step(struct session *session, struct error *err)
{
	if (!session->survey)
		return STATUS_OK;
	enum status status = run_phase(session, err);
	if (status == STATUS_MORE)
		return status;
	if (!status && session->phase < PHASE_REFS) {
		session->phase++;
		return STATUS_MORE;
	}
	session_cancel_sample(session);
	results_judge(&session->results);
	return status;
}

void session_progress(const struct session *session, uint64_t *met, uint64_t *expected)
{
	*met = *expected = 0;
	if (session->survey)
		survey_progress(session->survey, met, expected);
}

void session_cancel_sample(struct session *session)
{
	survey_destroy(take_ptr(session->survey));
}

const struct results *session_results(const struct session *session)
{
	return &session->results;
}

const struct inspection *session_inspection(const struct session *session)
{
	return session->inspection;
}

const struct references *session_references(const struct session *session)
{
	return session->references;
}

void session_set_baseline(struct session *session)
{
	results_set_baseline(&session->results);
}
