// SPDX-License-Identifier: MIT
// The history of a target, which views, exporters and the verdict use.
#pragma once

#include "analysis/trend.h"
#include "analysis/type_series.h"
#include "base/error.h"
#include "base/vector.h"
#include "result/identity.h"
#include "result/sample.h"

#include <stddef.h>
#include <stdint.h>

// A figure over time, oldest first; thinned out when it becomes long. Times are CLOCK_BOOTTIME.
VECTOR(series, struct trend_point)

// Several roles may have the same sample.
struct history {
	struct identity identity;
	struct sample *baseline, *previous, *current; // NULL until there is one
	struct series memory;			      // RSS at each reading
	struct memory_usage latest;		      // the last reading, if memory has any
	struct series objects; // bytes of all Python objects, for each sample with a census
	struct type_series types;
	double interval_seconds;
};

// The most readings in a series.
enum { HISTORY_READINGS_MAX = 4096 };

void history_deinit(struct history *history);

// Adds a reading to the series. A full series (HISTORY_READINGS_MAX) is thinned out to half first,
// evenly over time; the first and the last reading stay. STATUS_NO_MEMORY.
must_check enum status history_add_memory(struct history *history, const struct memory_usage *usage);

// The same for the series of objects, for callers without a whole sample. STATUS_NO_MEMORY.
must_check enum status history_add_objects(struct history *history, double seconds, uint64_t bytes);

// Makes the sample current, and the current one previous. The first sample becomes the baseline,
// and the first one with a census replaces it. Takes the sample over, and destroys samples that are
// not needed any more. Adds its objects to the series of objects and types; if memory is short, it
// leaves them out.
void history_add_sample_take(struct history *history, struct sample *sample);

// Makes the current sample the baseline.
void history_set_baseline(struct history *history);
