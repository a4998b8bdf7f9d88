// SPDX-License-Identifier: MIT
// A file of samples that is looked at: its processes, their samples, and any two samples as the results
// that views, exporters and the verdict take.
#pragma once

#include "analysis/results.h"
#include "base/error.h"
#include "base/guard.h"
#include "result/recorded.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct recording;
struct reading;

// Opens a file. As store_open().
must_check enum status recording_open(
	const char *path, struct recording **ret, struct error *err);
void recording_close(struct recording *recording);
GUARD(struct recording, recording_close)

// The processes of the file, in order of their id; owned by the recording.
const struct recorded_target *recording_targets(const struct recording *recording, size_t *count);

// The process that is meant: the one with this pid, the one that started last where several had it;
// with pid 0 the only one. STATUS_NOT_FOUND; STATUS_USAGE: which of several is not said.
must_check enum status recording_find(
	const struct recording *recording, pid_t pid, size_t *ret, struct error *err);

// Chooses a process by position: reads the list of its samples, shows nothing yet.
must_check enum status recording_choose(
	struct recording *recording, size_t target, struct error *err);

// The position of the process that was chosen.
size_t recording_chosen(const struct recording *recording);

// Samples of the process that was chosen, in order of time; their positions count from 0.
const struct recorded_sample *recording_samples(const struct recording *recording, size_t *count);

// Shows the sample at one position with the growth since another: the results are those of a live
// session that took the samples up to there. There is no growth where the baseline comes after the
// sample, or the sample has no heap. STATUS_INVALID, STATUS_NO_MEMORY: the results stay as they were.
must_check enum status recording_show(
	struct recording *recording, size_t baseline, size_t current, struct error *err);

// The first and the last sample with a heap; of all samples where there are none.
void recording_ends(const struct recording *recording, size_t *first, size_t *last);

// The results of recording_show(); good until it is called again, or a process chosen.
const struct results *recording_results(const struct recording *recording);

// Where the results stand.
size_t recording_baseline(const struct recording *recording);
size_t recording_current(const struct recording *recording);

// Reads one sample of the process that was chosen, whole. The caller destroys it.
must_check enum status recording_read(struct recording *recording, size_t position,
	struct sample **ret, struct error *err);

// Calls visit for each sample of the process that was chosen, with what a sample is but for its lists,
// in order of time. As store_each_reading().
must_check enum status recording_each_reading(struct recording *recording,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err);

// What is known of the process that was chosen; owned by the recording.
const struct identity *recording_identity(const struct recording *recording);
