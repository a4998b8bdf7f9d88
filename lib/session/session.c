// SPDX-License-Identifier: MIT
#include "session/session.h"

#include "analysis/growth.h"
#include "analysis/history.h"
#include "analysis/shortlist.h"
#include "analysis/verdict.h"
#include "base/guard.h"
#include "base/text.h"
#include "heap/walk.h"
#include "interp/runtime.h"
#include "session/survey.h"
#include "symbols/symbols.h"
#include "target/target.h"

#include <stdlib.h>
#include <string.h>

// The work on a sample, each piece in steps of its own.
enum phase {
	PHASE_SURVEY,
	PHASE_COMPARE,
	PHASE_NAME,
};

struct session {
	struct session_options options;
	struct target *target;
	struct symbols *symbols;
	struct runtime *runtime;
	struct image *image; // kept from sample to sample: its pages are faulted in
	struct survey *survey; // NULL while no sample is under way
	enum phase phase;      // of it
	unsigned samples;
	struct history history;
	struct growth *since_previous, *since_baseline;
	struct verdict verdict;
	struct view_input results;
};

GUARD(struct session, session_close)
GUARD(struct growth, growth_destroy)

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
	enum status status = symbols_create(session->target, &session->symbols, err);
	if (status)
		return status;
	struct error why = {""};
	status = runtime_create(session->target, session->symbols, &session->runtime, &why);
	if (status)
		return error_set(err, status, "process %d: %s", (int)target_pid(session->target),
			why.message);
	if (identify(session, &session->history.identity))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the identity");
	return STATUS_OK;
}

static void refresh_results(struct session *session)
{
	verdict_reach(&session->history, session->since_baseline, &session->verdict);
	session->results = (struct view_input){
		.history = &session->history,
		.since_previous = session->since_previous,
		.since_baseline = session->since_baseline,
		.verdict = &session->verdict,
	};
}

static enum status open_all(struct session *session, struct error *err)
{
	enum status status = target_open_pid(session->options.pid, &session->target, err);
	if (!status)
		status = find_interpreter(session, err);
	return status ? status : image_create(&session->image, err);
}

// Whatever file it was that may not be read: what stands behind it is that tracing is forbidden.
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
	session->history.interval_seconds = options->interval_seconds;
	enum status status = open_all(session, err);
	if (status == STATUS_PERMISSION)
		status = explain_refusal(options->pid, status, err);
	// A process that is on its way out has no mappings, and looks like anything but Python.
	struct error end;
	if (status && session->target && target_check(session->target, &end) == STATUS_GONE)
		status = error_set(err, STATUS_GONE, "%s", end.message);
	if (status)
		return status;
	refresh_results(session);
	*ret = take_ptr(session);
	return STATUS_OK;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	growth_destroy(session->since_previous);
	growth_destroy(session->since_baseline);
	survey_destroy(session->survey);
	history_deinit(&session->history);
	image_destroy(session->image);
	runtime_destroy(session->runtime);
	symbols_destroy(session->symbols);
	target_close(session->target);
	free(session);
}

static enum status add_memory(
	struct session *session, const struct memory_usage *usage, struct error *err)
{
	enum status status = history_add_memory(&session->history, usage);
	return status ? error_set(err, status, "cannot allocate the memory series") : STATUS_OK;
}

enum status session_poll_memory(struct session *session, struct error *err)
{
	struct memory_usage usage;
	enum status status = target_check(session->target, err);
	if (status)
		return status;
	status = memory_read(target_pid(session->target), MEMORY_RSS, &usage, err);
	if (status)
		return status;
	status = add_memory(session, &usage, err);
	refresh_results(session);
	return status;
}

void session_add_earlier_take(struct session *session, struct sample *sample)
{
	sample->number = ++session->samples;
	// Both borrow from samples that the history may let go of.
	growth_destroy(take_ptr(session->since_previous));
	growth_destroy(take_ptr(session->since_baseline));
	history_add_sample_take(&session->history, sample);
	refresh_results(session);
}

enum status session_begin_sample(struct session *session, struct error *err)
{
	session_cancel_sample(session);
	enum status status = target_check(session->target, err);
	if (status)
		return status;
	struct survey_source source = {
		.target = session->target,
		.runtime = session->runtime,
		.image = session->image,
		.max_memory_bytes = session->options.max_memory_bytes,
		.max_pause_ms = session->options.max_pause_ms,
	};
	status = survey_create(&source, &session->survey, err);
	if (status)
		return status;
	session->phase = PHASE_SURVEY;
	survey_sample(session->survey)->number = ++session->samples;
	status = add_memory(session, &survey_sample(session->survey)->memory, err);
	refresh_results(session);
	return status;
}

// Growth where both samples have a census; else ret stays NULL.
static enum status compare(const struct sample *before, const struct sample *after,
	struct growth **ret, struct error *err)
{
	*ret = NULL;
	if (!before || before == after || !before->census || !after->census)
		return STATUS_OK;
	return growth_create(before, after, ret, err);
}

static enum status compare_all(struct session *session, struct error *err)
{
	const struct history *history = &session->history;
	AUTO(growth_destroyp) struct growth *previous = NULL;
	AUTO(growth_destroyp) struct growth *baseline = NULL;
	enum status status = compare(history->previous, history->current, &previous, err);
	if (!status)
		status = compare(history->baseline, history->current, &baseline, err);
	growth_destroy(session->since_previous);
	growth_destroy(session->since_baseline);
	session->since_previous = take_ptr(previous);
	session->since_baseline = take_ptr(baseline);
	refresh_results(session);
	return status;
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
	enum status status = walk_describe_paths(survey_walk(session->survey), nodes, count,
		session->options.with_values, paths);
	for (size_t i = 0; !status && i < count; i++)
		census->containers[chosen[i]].path = paths[i];
	return status;
}

// Paths for those containers of the current sample that someone may be shown. The walk still stands.
static enum status name_containers(struct session *session, struct error *err)
{
	struct census *census = session->history.current->census;
	if (!census)
		return STATUS_OK;
	AUTO(freep) size_t *chosen = NULL;
	size_t count = 0;
	enum status status = shortlist_create(census, session->since_baseline,
		session->since_previous, SHORTLIST_MAX, &chosen, &count);
	if (!status)
		status = name_chosen(session, census, chosen, count);
	return status ? error_set(err, status, "cannot allocate the paths of containers") : STATUS_OK;
}

// The sample goes into the history, and growth is measured to it.
static enum status add_sample(struct session *session, struct error *err)
{
	// Both borrow from samples that the history may let go of.
	growth_destroy(take_ptr(session->since_previous));
	growth_destroy(take_ptr(session->since_baseline));
	refresh_results(session);
	history_add_sample_take(&session->history, survey_take_sample(session->survey));
	return compare_all(session, err);
}

static enum status run_phase(struct session *session, struct error *err)
{
	switch (session->phase) {
	case PHASE_SURVEY:
		return survey_step(session->survey, err);
	case PHASE_COMPARE:
		return add_sample(session, err);
	case PHASE_NAME:
		return name_containers(session, err);
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
	if (!status && session->phase < PHASE_NAME) {
		session->phase++;
		return STATUS_MORE;
	}
	session_cancel_sample(session);
	refresh_results(session);
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

const struct view_input *session_results(const struct session *session)
{
	return &session->results;
}

void session_set_baseline(struct session *session)
{
	if (!session->history.current)
		return;
	growth_destroy(take_ptr(session->since_baseline));
	history_set_baseline(&session->history);
	refresh_results(session);
}
