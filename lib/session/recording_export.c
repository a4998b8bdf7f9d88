// SPDX-License-Identifier: MIT
#include "session/recording_export.h"

#include "base/vector.h"
#include "export/export.h"
#include "session/recording.h"

#include <stdlib.h>

// --- Which processes ---

// A process, and its last sample.
struct latest {
	size_t target;
	pid_t pid;
	int64_t sample; // its number, which grows in the order of writing
	int64_t time_ms, interval_ms;
};

VECTOR(latest_list, struct latest)

static enum status add_latest(
	struct latest_list *list, struct recording *recording, size_t target, struct error *err)
{
	enum status status = recording_choose(recording, target, err);
	if (status)
		return status;
	size_t count;
	const struct recorded_sample *samples = recording_samples(recording, &count);
	const struct recorded_sample *last = &samples[count - 1];
	status = latest_list_add(list,
		(struct latest){.target = target,
			.pid = recording_identity(recording)->pid,
			.sample = last->id,
			.time_ms = last->taken_ms,
			.interval_ms = count > 1 ? last->taken_ms - samples[count - 2].taken_ms : 0});
	return status ? error_set(err, status, "cannot allocate the processes") : STATUS_OK;
}

static enum status list_targets(
	struct recording *recording, pid_t pid, struct latest_list *list, struct error *err)
{
	size_t count, start = 0;
	recording_targets(recording, &count);
	enum status status = STATUS_OK;
	if (pid) {
		status = recording_find(recording, pid, &start, err);
		count = start + 1;
	}
	for (size_t i = start; !status && i < count; i++)
		status = add_latest(list, recording, i, err);
	return status;
}

static int compare_sample(const void *left, const void *right)
{
	const struct latest *a = left, *b = right;
	return (a->sample < b->sample) - (a->sample > b->sample);
}

static int compare_target(const void *left, const void *right)
{
	const struct latest *a = left, *b = right;
	return (a->target > b->target) - (a->target < b->target);
}

// Returns the number of processes that are left out.
static size_t keep_recent(struct latest_list *list)
{
	if (list->count <= EXPORT_RECENT_MAX)
		return 0;
	size_t left_out = list->count - EXPORT_RECENT_MAX;
	latest_list_sort(list, compare_sample);
	list->count = EXPORT_RECENT_MAX;
	latest_list_sort(list, compare_target);
	return left_out;
}

// If the clock was set back, the last sample in time is not the last one written. Ages are measured
// from the last one written, and as absolute values.
static bool is_current(const struct latest *latest, const struct latest *newest)
{
	static const double least_ms = 300e3;
	double age = (double)newest->time_ms - (double)latest->time_ms;
	double interval = (double)latest->interval_ms;
	double most = 2 * (interval < 0 ? -interval : interval);
	return (age < 0 ? -age : age) <= (most > least_ms ? most : least_ms);
}

// If several processes had a pid, the last one counts.
static int compare_pid(const void *left, const void *right)
{
	const struct latest *a = left, *b = right;
	return a->pid != b->pid ? (a->pid < b->pid ? -1 : 1) : compare_sample(left, right);
}

static void keep_current(struct latest_list *list)
{
	if (!list->count)
		return;
	struct latest newest = list->items[0];
	vector_for_each (latest, list)
		if (latest->sample > newest.sample)
			newest = *latest;
	latest_list_sort(list, compare_pid);
	size_t kept = 0;
	vector_for_each (latest, list) {
		bool is_taken = kept && list->items[kept - 1].pid == latest->pid;
		if (!is_taken && is_current(latest, &newest))
			list->items[kept++] = *latest;
	}
	list->count = kept;
}

// --- The data of each process ---

// The state of an export.
struct drive {
	const struct exporter *exporter;
	void *state;
	struct recording *recording;
	unsigned wants;
	struct error *err;
};

static enum status add_results(
	struct recording *recording, struct export_target *target, struct error *err)
{
	size_t first, last, count;
	recording_ends(recording, &first, &last);
	enum status status = recording_show(recording, first, last, err);
	if (status)
		return status;
	target->results = recording_results(recording);
	target->last = sample_reading(target->results->history.current);
	recording_samples(recording, &count);
	if (last == count - 1)
		return STATUS_OK;
	AUTO(sample_destroyp) struct sample *sample = NULL;
	status = recording_read(recording, count - 1, &sample, err);
	if (!status)
		target->last = sample_reading(sample);
	return status;
}

static enum status add_reading(const struct reading *reading, void *context)
{
	const struct drive *drive = context;
	return drive->exporter->reading(drive->state, reading, drive->err);
}

// Returns how many samples are exported, and sets *ret_of to the number to choose from: all, or
// those with a heap.
static size_t count_samples(const struct drive *drive, const struct recorded_sample *samples,
	size_t count, size_t *ret_of)
{
	size_t heaps = 0, most = drive->exporter->heaps_max;
	for (size_t i = 0; i < count; i++)
		heaps += samples[i].has_heap;
	*ret_of = most ? heaps : count;
	return most && heaps > most ? most : *ret_of;
}

static enum status add_samples(const struct drive *drive, struct error *err)
{
	size_t count, all, seen = 0, added = 0;
	const struct recorded_sample *samples = recording_samples(drive->recording, &count);
	size_t wanted = count_samples(drive, samples, count, &all);
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && added < wanted; i++) {
		if (drive->exporter->heaps_max && !samples[i].has_heap)
			continue;
		size_t next = wanted > 1 ? added * (all - 1) / (wanted - 1) : 0;
		if (seen++ != next)
			continue;
		AUTO(sample_destroyp) struct sample *sample = NULL;
		status = recording_read(drive->recording, i, &sample, err);
		if (!status)
			status = drive->exporter->sample(drive->state, sample, err);
		added++;
	}
	return status;
}

static enum status add_target(struct drive *drive, size_t position, struct error *err)
{
	struct recording *recording = drive->recording;
	const struct exporter *exporter = drive->exporter;
	enum status status = recording_choose(recording, position, err);
	if (status)
		return status;
	size_t count;
	const struct recorded_target *recorded = &recording_targets(recording, &count)[position];
	struct export_target target = {.identity = *recording_identity(recording),
		.host = recorded->host,
		.boot_id = recorded->boot_id};
	if (drive->wants & EXPORT_RESULTS)
		status = add_results(recording, &target, err);
	if (!status)
		status = exporter->target(drive->state, &target, err);
	if (!status && drive->wants & EXPORT_READINGS)
		status = recording_each_reading(recording, add_reading, drive, err);
	if (!status && drive->wants & EXPORT_SAMPLES)
		status = add_samples(drive, err);
	return status || !exporter->target_end ? status : exporter->target_end(drive->state, err);
}

enum status recording_export(struct recording *recording, pid_t pid,
	const struct exporter *exporter, const struct export_options *options, struct error *err)
{
	AUTO(latest_list_deinit) struct latest_list list = {0};
	size_t left_out = 0;
	enum status status = list_targets(recording, pid, &list, err);
	if (status)
		return status;
	if (exporter->targets == EXPORT_RECENT)
		left_out = keep_recent(&list);
	else if (exporter->targets == EXPORT_CURRENT)
		keep_current(&list);

	struct drive drive = {.exporter = exporter,
		.recording = recording,
		.wants = exporter->wants(options),
		.err = err};
	status = exporter->begin(options, &drive.state, err);
	for (size_t i = 0; !status && i < list.count; i++)
		status = add_target(&drive, list.items[i].target, err);
	if (!status)
		status = exporter->end(drive.state, left_out, err);
	exporter->destroy(drive.state);
	return status;
}
