// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/time.h"
#include "command.h"
#include "interrupt.h"
#include "sampling.h"
#include "session/family.h"
#include "session/recorder.h"
#include "session/session.h"

#include <stdio.h>

// How long to wait for another tracer of a process.
static const double BUSY_SECONDS = 10;
static const double BUSY_NAP_SECONDS = 0.05;

struct record {
	const struct settings *settings;
	struct recorder *recorder;
	uint64_t rounds;   // that are done
	enum status worst; // of what was complained about
};

// The other processes are recorded, even if one cannot be.
static void complain(struct record *record, enum status status, const struct error *err)
{
	if (!record->worst)
		record->worst = status;
	fprintf(stderr, "leaktop: %s\n", err->message);
}

// Containers that grew since earlier samples of the file are named first.
static enum status seed(struct record *record, struct session *session, struct error *err)
{
	AUTO(sample_destroyp) struct sample *first = NULL;
	AUTO(sample_destroyp) struct sample *last = NULL;
	enum status status = recorder_earlier(
		record->recorder, &session_results(session)->history.identity, &first, &last, err);
	if (status)
		return status;
	if (first)
		session_add_earlier_take(session, take_ptr(first));
	if (last)
		session_add_earlier_take(session, take_ptr(last));
	return STATUS_OK;
}

static enum status try_heap(
	struct record *record, const struct family_member *member, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	struct settings once = *record->settings;
	once.delay_seconds = 0; // the next sample comes with a session of its own
	enum status status = sampling_open(&once, member->pid, &session, err);
	if (status)
		return status;
	const struct history *history = &session_results(session)->history;
	if (member->start_time && history->identity.start_time != member->start_time)
		return error_set(err, STATUS_GONE, "process %d is another one by now",
			(int)member->pid);
	status = seed(record, session, err);
	if (!status)
		status = sampling_take(session, err);
	return status ? status
		      : recorder_add(record->recorder, &history->identity, history->current, err);
}

// Another leaktop, started by cron in the same minute, may be tracing the process.
static enum status record_heap(
	struct record *record, const struct family_member *member, struct error *err)
{
	double deadline = time_boot_seconds() + BUSY_SECONDS;
	for (;;) {
		enum status status = try_heap(record, member, err);
		if (status != STATUS_BUSY || time_boot_seconds() > deadline || interrupt_signal())
			return status;
		time_sleep(BUSY_NAP_SECONDS);
	}
}

static enum status is_heap_due(
	struct record *record, const struct family_member *member, bool *ret, struct error *err)
{
	const struct identity identity = {.pid = member->pid, .start_time = member->start_time};
	*ret = !record->settings->rss_only;
	if (!*ret || record->settings->heap_every < 2)
		return STATUS_OK;
	return recorder_is_heap_due(
		record->recorder, &identity, record->settings->heap_every, ret, err);
}

// If the heap cannot be read, the memory is recorded, and the reason.
static enum status record_why(struct record *record, const struct family_member *member,
	enum status status, const struct error *why, struct error *err)
{
	bool is_other = status == STATUS_NOT_PYTHON && member->is_named;
	complain(record, status, why);
	if (is_other || status == STATUS_NO_MEMORY)
		return STATUS_OK;
	status = recorder_add_memory(
		record->recorder, member->pid, member->start_time, why->message, err);
	return status == STATUS_GONE ? STATUS_OK : status;
}

// Processes come and go: complain only of one that was named and is not there at the beginning.
static enum status note_gone(
	struct record *record, const struct family_member *member, const struct error *why)
{
	if (member->is_named && !record->rounds)
		complain(record, STATUS_GONE, why);
	return STATUS_OK;
}

static enum status record_member(
	struct record *record, const struct family_member *member, struct error *err)
{
	struct error why = {""};
	bool with_heap = false;
	enum status status = is_heap_due(record, member, &with_heap, err);
	if (status)
		return status;
	if (with_heap)
		status = record_heap(record, member, &why);
	else
		status = recorder_add_memory(
			record->recorder, member->pid, member->start_time, NULL, &why);
	if (status == STATUS_GONE)
		return note_gone(record, member, &why);
	if (status == STATUS_PERMISSION || status == STATUS_NOT_PYTHON || status == STATUS_BUSY ||
		status == STATUS_UNREADABLE || status == STATUS_UNSUPPORTED)
		return record_why(record, member, status, &why, err);
	return status ? error_set(err, status, "%s", why.message) : STATUS_OK;
}

static enum status find_family(
	const struct settings *settings, struct family_member **ret, size_t *count, struct error *err)
{
	const struct family_options options = {
		.pids = settings->pids.items,
		.pid_count = settings->pids.count,
		.match = settings->match,
		.children = settings->children,
	};
	enum status status = family_find(&options, ret, count, err);
	// With an interval the service may start later; without one, finding nothing is a failure.
	if (!status && !*count && !settings->interval_seconds) {
		free(take_ptr(*ret));
		return error_set(err, STATUS_NOT_FOUND, "no Python process matches '%s'",
			settings->match);
	}
	return status;
}

static enum status record_round(struct record *record, struct error *err)
{
	AUTO(freep) struct family_member *members = NULL;
	size_t count = 0;
	enum status status = find_family(record->settings, &members, &count, err);
	// The file is made when there is something to write, so that a typing error leaves none.
	if (!status && !record->recorder)
		status = recorder_open(
			record->settings->output, RECORDER_APPEND, &record->recorder, err);
	for (size_t i = 0; !status && i < count; i++)
		status = interrupt_signal() ? STATUS_INTERRUPTED
					    : record_member(record, &members[i], err);
	if (!status && record->settings->keep_seconds)
		status = recorder_prune(record->recorder, record->settings->keep_seconds, err);
	return status;
}

static enum status record_rounds(struct record *record, struct error *err)
{
	const struct settings *settings = record->settings;
	uint64_t count = settings->interval_seconds ? settings->count : 1;
	double next = time_boot_seconds();
	for (; !count || record->rounds < count; record->rounds++) {
		enum status status = interrupt_wait(next);
		next += settings->interval_seconds;
		if (next < time_boot_seconds())
			next = time_boot_seconds();
		if (!status)
			status = record_round(record, err);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static enum status check_settings(const struct settings *settings, struct error *err)
{
	if (!settings->output)
		return error_set(err, STATUS_USAGE, "name a file to record to with -o FILE");
	if (!settings->pids.count && !settings->match)
		return error_set(err, STATUS_USAGE,
			"name a process with -p PID, or some with --match REGEX");
	if (settings->count && !settings->interval_seconds)
		return error_set(err, STATUS_USAGE, "--count needs the time between: --interval TIME");
	if (settings->rss_only && settings->heap_every)
		return error_set(err, STATUS_USAGE, "--rss-only and --heap-every exclude each other");
	return STATUS_OK;
}

static enum status record_run(const struct settings *settings, struct error *err)
{
	enum status status = check_settings(settings, err);
	if (status)
		return status;
	interrupt_catch();
	struct record record = {.settings = settings};
	status = record_rounds(&record, err);
	AUTO(recorder_closep) struct recorder *recorder = record.recorder;
	// Being told to stop is how a recorder without an end succeeds.
	if (status == STATUS_INTERRUPTED && settings->interval_seconds)
		status = STATUS_OK;
	if (!status && recorder)
		status = recorder_finish(recorder, err);
	return status ? status : record.worst;
}

const struct command record_command = {
	.name = "record",
	.arguments = "",
	.summary = "add samples to a file: for cron, or as a service",
	.text = "Adds one sample of each process to a file, or with --interval one every so\n"
		"often. Prints nothing unless something is wrong. Processes may come and go, and\n"
		"many may record to one file at the same time.",
	.options = (const enum option_id[]){OPTION_PID, OPTION_MATCH, OPTION_CHILDREN,
		OPTION_OUTPUT, OPTION_INTERVAL, OPTION_COUNT, OPTION_RSS_ONLY, OPTION_HEAP_EVERY,
		OPTION_KEEP, OPTION_VALUES, OPTION_MAX_PAUSE, OPTION_MAX_MEMORY, OPTION_VERBOSE,
		OPTION_END},
	.run = record_run,
};
