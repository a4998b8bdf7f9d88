// SPDX-License-Identifier: MIT
// What is known of a process, be it alive or out of a file: its samples, how much grew between
// them, and the verdict. This is what views, exporters and the screen look at.
#pragma once

#include "analysis/growth.h"
#include "analysis/history.h"
#include "analysis/verdict.h"
#include "base/error.h"

// Meant to be read. {0} is empty. Growth and verdict borrow from the samples of the history; the
// functions below keep them in step with it.
struct results {
	struct history history;
	// Growth to the current sample. NULL where there is no sample to measure it from, and where
	// one of the two has no census.
	struct growth *since_previous, *since_baseline;
	struct verdict verdict;
};

void results_deinit(struct results *results);

// Adds a reading of memory. STATUS_NO_MEMORY: the history is as it was.
must_check enum status results_add_memory(
	struct results *results, const struct memory_usage *usage, struct error *err);

// Adds a sample as history_add_sample_take() does. No growth is known until results_compare().
void results_add_sample_take(struct results *results, struct sample *sample);

// The current sample becomes the baseline, and there is no growth since.
void results_set_baseline(struct results *results);

// Measures the growth to the current sample from the previous one and from the baseline
// (growth_create_with_new()), and reaches the verdict. STATUS_NO_MEMORY: growth may be missing.
must_check enum status results_compare(struct results *results, struct error *err);

// Reaches the verdict anew: for who gave names to containers of the current sample.
void results_judge(struct results *results);
