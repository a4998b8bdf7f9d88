// SPDX-License-Identifier: MIT
// What is known of a process, whether it is alive or from a file: its samples, the growth between
// them, and the verdict. Views, exporters and the screen use this.
#pragma once

#include "analysis/growth.h"
#include "analysis/history.h"
#include "analysis/verdict.h"
#include "base/error.h"

// {0} is empty. Growth and verdict borrow from the samples of the history; the functions below keep
// them consistent with it.
struct results {
	struct history history;
	// Growth up to the current sample. NULL: there is no earlier sample, or one of the two has
	// no census.
	struct growth *since_previous, *since_baseline;
	struct verdict verdict;
};

void results_deinit(struct results *results);

// Adds a reading of memory. STATUS_NO_MEMORY: the history is unchanged.
must_check enum status results_add_memory(
	struct results *results, const struct memory_usage *usage, struct error *err);

// Adds a sample like history_add_sample_take(). The growth is unknown until results_compare().
void results_add_sample_take(struct results *results, struct sample *sample);

// Makes the current sample the baseline, since which nothing has grown.
void results_set_baseline(struct results *results);

// Measures the growth to the current sample from the previous one and from the baseline
// (growth_create_with_new()), and reaches the verdict. STATUS_NO_MEMORY: growth may be missing.
must_check enum status results_compare(struct results *results, struct error *err);

// Reaches the verdict again, after containers of the current sample got names.
void results_judge(struct results *results);
