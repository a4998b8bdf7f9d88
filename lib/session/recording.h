// SPDX-License-Identifier: MIT
// A file of samples that is read: its processes, their samples, and results made from any two
// samples, for views, exporters and the verdict.
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

// The processes of the file, ordered by their ids; owned by the recording.
const struct recorded_target *recording_targets(const struct recording *recording, size_t *count);

// Finds a process by its pid; if several had it, the one that started last. pid 0: the only
// process. STATUS_NOT_FOUND; STATUS_USAGE: pid is 0 and there are several.
must_check enum status recording_find(
	const struct recording *recording, pid_t pid, size_t *ret, struct error *err);

// Chooses a process by its position: reads the list of its samples, but shows nothing yet.
must_check enum status recording_choose(
	struct recording *recording, size_t target, struct error *err);

// The position of the chosen process.
size_t recording_chosen(const struct recording *recording);

// The samples of the chosen process, in order of time; their positions begin at 0.
const struct recorded_sample *recording_samples(const struct recording *recording, size_t *count);

// Shows the sample at position current with its growth since position baseline: the results are the
// same as in a live session that took the samples up to there. There is no growth if the baseline
// comes after the sample, or if the sample has no heap. STATUS_INVALID, STATUS_NO_MEMORY: the
// results are unchanged.
must_check enum status recording_show(
	struct recording *recording, size_t baseline, size_t current, struct error *err);

// The first and the last sample with a heap; if there are none, the first and the last sample.
void recording_ends(const struct recording *recording, size_t *first, size_t *last);

// The results of recording_show(); valid until it is called again, or a process is chosen.
const struct results *recording_results(const struct recording *recording);

// The positions of the results.
size_t recording_baseline(const struct recording *recording);
size_t recording_current(const struct recording *recording);

// Reads one sample of the chosen process completely. The caller destroys it.
must_check enum status recording_read(struct recording *recording, size_t position,
	struct sample **ret, struct error *err);

// Calls visit for each sample of the chosen process, without its lists, in order of time. As
// store_each_reading().
must_check enum status recording_each_reading(struct recording *recording,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err);

// The identity of the chosen process; owned by the recording.
const struct identity *recording_identity(const struct recording *recording);
