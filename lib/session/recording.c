// SPDX-License-Identifier: MIT
#include "session/recording.h"

#include "base/guard.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

// The results of recording_show().
struct shown {
	struct results results;
	size_t baseline, current;
};

struct recording {
	struct store *store;
	struct recorded_target *targets;
	size_t target_count;
	size_t target; // the chosen process; target_count: none
	struct recorded_sample *samples;
	size_t sample_count;
	struct shown *shown;
};

static void shown_destroy(struct shown *shown)
{
	if (!shown)
		return;
	results_deinit(&shown->results);
	free(shown);
}

GUARD(struct shown, shown_destroy)

// --- Processes ---

enum status recording_open(const char *path, struct recording **ret, struct error *err)
{
	AUTO(recording_closep) struct recording *recording = calloc(1, sizeof(*recording));
	if (!recording)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the recording");
	enum status status = store_open(path, &recording->store, err);
	if (!status)
		status = store_targets(
			recording->store, &recording->targets, &recording->target_count, err);
	if (status)
		return status;
	if (!recording->target_count)
		return error_set(err, STATUS_INVALID, "'%s' holds no sample", path);
	recording->target = recording->target_count;
	*ret = take_ptr(recording);
	return STATUS_OK;
}

void recording_close(struct recording *recording)
{
	if (!recording)
		return;
	shown_destroy(recording->shown);
	recorded_targets_free(recording->targets, recording->target_count);
	free(recording->samples);
	store_close(recording->store);
	free(recording);
}

const struct recorded_target *recording_targets(const struct recording *recording, size_t *count)
{
	*count = recording->target_count;
	return recording->targets;
}

enum status recording_find(
	const struct recording *recording, pid_t pid, size_t *ret, struct error *err)
{
	size_t found = recording->target_count;
	if (!pid && recording->target_count > 1)
		return error_set(err, STATUS_USAGE,
			"the file holds %zu processes: choose one with -p PID, as leaktop FILE lists them",
			recording->target_count);
	for (size_t i = 0; i < recording->target_count; i++)
		if (!pid || recording->targets[i].identity.pid == pid)
			found = i;
	if (found == recording->target_count)
		return error_set(err, STATUS_NOT_FOUND, "the file holds no process %d", (int)pid);
	*ret = found;
	return STATUS_OK;
}

// --- The process that was chosen ---

enum status recording_choose(struct recording *recording, size_t target, struct error *err)
{
	const struct recorded_target *chosen = &recording->targets[target];
	AUTO(freep) struct recorded_sample *samples = NULL;
	size_t count = 0;
	enum status status = store_samples(recording->store, chosen->id, &samples, &count, err);
	if (status)
		return status;
	if (!count)
		return error_set(err, STATUS_INVALID, "the file holds no sample of process %d",
			(int)chosen->identity.pid);
	free(recording->samples);
	recording->samples = take_ptr(samples);
	recording->sample_count = count;
	recording->target = target;
	shown_destroy(take_ptr(recording->shown));
	return STATUS_OK;
}

size_t recording_chosen(const struct recording *recording)
{
	return recording->target;
}

const struct recorded_sample *recording_samples(const struct recording *recording, size_t *count)
{
	*count = recording->sample_count;
	return recording->samples;
}

const struct identity *recording_identity(const struct recording *recording)
{
	return &recording->targets[recording->target].identity;
}

void recording_ends(const struct recording *recording, size_t *first, size_t *last)
{
	*first = 0;
	*last = recording->sample_count ? recording->sample_count - 1 : 0;
	size_t heap = 0;
	while (heap < recording->sample_count && !recording->samples[heap].has_heap)
		heap++;
	if (heap == recording->sample_count)
		return;
	*first = heap;
	while (!recording->samples[*last].has_heap)
		--*last;
}

enum status recording_each_reading(struct recording *recording,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err)
{
	return store_each_reading(
		recording->store, recording->targets[recording->target].id, visit, context, err);
}

enum status recording_read(
	struct recording *recording, size_t position, struct sample **ret, struct error *err)
{
	if (position >= recording->sample_count)
		return error_set(err, STATUS_NOT_FOUND, "there is no sample %zu, but %zu in all",
			position + 1, recording->sample_count);
	enum status status = store_read(
		recording->store, recording->samples[position].id, ret, err);
	if (!status)
		(*ret)->number = (unsigned)position + 1;
	return status;
}

// --- What is shown ---

static enum status add_memory(struct history *history, const struct recorded_sample *sample)
{
	const struct memory_usage usage = {
		.seconds = sample->seconds, .rss_bytes = sample->rss_bytes};
	return history_add_memory(history, &usage);
}

static enum status add_series(
	const struct recording *recording, size_t current, struct history *history)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i <= current; i++) {
		const struct recorded_sample *sample = &recording->samples[i];
		status = add_memory(history, sample);
		if (!status && sample->has_heap)
			status = history_add_objects(history, sample->seconds, sample->bytes);
	}
	return status;
}

// Adds the counts of types in the last samples with a heap.
static enum status add_types(struct recording *recording, size_t current, struct history *history,
	struct error *err)
{
	size_t chosen[TYPE_SERIES_LENGTH], count = 0;
	for (size_t i = current + 1; i-- > 0 && count < TYPE_SERIES_LENGTH;)
		if (recording->samples[i].has_heap)
			chosen[count++] = i;
	enum status status = STATUS_OK;
	while (!status && count--) {
		AUTO(sample_destroyp) struct sample *sample = NULL;
		status = recording_read(recording, chosen[count], &sample, err);
		if (!status && sample->census)
			status = type_series_add(&history->types, sample->census);
	}
	return status;
}

// The sample from which the last growth is measured: the previous one with a heap, if current has
// one.
static bool find_previous(const struct recording *recording, size_t current, size_t *ret)
{
	for (size_t i = current; i-- > 0;)
		if (recording->samples[i].has_heap || !recording->samples[current].has_heap) {
			*ret = i;
			return true;
		}
	return false;
}

static enum status read_shown(struct recording *recording, struct shown *shown, struct error *err)
{
	struct history *history = &shown->results.history;
	size_t previous;
	enum status status = recording_read(recording, shown->current, &history->current, err);
	history->baseline = history->current;
	if (!status && shown->baseline < shown->current)
		status = recording_read(recording, shown->baseline, &history->baseline, err);
	if (status || !find_previous(recording, shown->current, &previous))
		return status;
	if (previous == shown->baseline) {
		history->previous = history->baseline;
		return STATUS_OK;
	}
	return recording_read(recording, previous, &history->previous, err);
}

static enum status fill(struct recording *recording, struct shown *shown, struct error *err)
{
	struct history *history = &shown->results.history;
	enum status status = identity_copy(recording_identity(recording), &history->identity);
	if (!status)
		status = add_series(recording, shown->current, history);
	if (status)
		return error_set(err, status, "cannot allocate the history");
	status = add_types(recording, shown->current, history, err);
	if (!status)
		status = read_shown(recording, shown, err);
	return status ? status : results_compare(&shown->results, err);
}

enum status recording_show(
	struct recording *recording, size_t baseline, size_t current, struct error *err)
{
	AUTO(shown_destroyp) struct shown *shown = calloc(1, sizeof(*shown));
	if (!shown)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the results");
	shown->baseline = baseline;
	shown->current = current;
	enum status status = fill(recording, shown, err);
	if (status)
		return status;
	shown_destroy(recording->shown);
	recording->shown = take_ptr(shown);
	return STATUS_OK;
}

const struct results *recording_results(const struct recording *recording)
{
	return recording->shown ? &recording->shown->results : NULL;
}

size_t recording_baseline(const struct recording *recording)
{
	return recording->shown->baseline;
}

size_t recording_current(const struct recording *recording)
{
	return recording->shown->current;
}
