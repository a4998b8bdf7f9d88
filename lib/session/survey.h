// SPDX-License-Identifier: MIT
// The work on one sample: copy the target, then read the copy piece by piece.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "heap/lookup.h"
#include "result/sample.h"

#include <stdbool.h>
#include <stdint.h>

struct capture;
struct runtime;
struct survey;
struct target;
struct walk;

struct survey_source {
	struct target *target;
	const struct runtime *runtime;
	struct capture *capture; // its memory is used again
	uint64_t max_memory_bytes; // as struct copy_options
	double max_pause_ms;
	bool with_graph; // make a graph of the heap, and find who retains what
};

// Takes the capture, which stops the target for a moment, and reads what is quickly read:
// interpreters and threads. Where the copy cannot be afforded the survey is of a sample without a
// census that says why. From then on the target is not asked any more. Source is copied, what it
// points to borrowed. STATUS_GONE, STATUS_PERMISSION, STATUS_BUSY, STATUS_NO_MEMORY.
must_check enum status survey_create(
	const struct survey_source *source, struct survey **ret, struct error *err);
void survey_destroy(struct survey *survey);
GUARD(struct survey, survey_destroy)

// Some milliseconds of work. STATUS_MORE; STATUS_OK when the sample is complete but for the paths
// of its containers. STATUS_NO_MEMORY.
must_check enum status survey_step(struct survey *survey, struct error *err);

void survey_progress(const struct survey *survey, uint64_t *met, uint64_t *expected);

// The walk, finished when survey_step() said STATUS_OK and the sample has a census; NULL where it
// was not begun. Owned by the survey.
const struct walk *survey_walk(const struct survey *survey);

// The sample, owned by the survey until it is taken.
struct sample *survey_sample(struct survey *survey);
struct sample *survey_take_sample(struct survey *survey);

// For questions to the heap after survey_step() said STATUS_OK, as long as the survey; only
// with_graph, and where the sample has a census.
struct lookup survey_lookup(const struct survey *survey);
