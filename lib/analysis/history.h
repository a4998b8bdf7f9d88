// SPDX-License-Identifier: MIT
// The history of a target: what the views, the exporters and the verdict look at.
#pragma once

#include "analysis/trend.h"
#include "analysis/type_series.h"
#include "base/error.h"
#include "base/vector.h"
#include "result/identity.h"
#include "result/sample.h"

#include <stddef.h>
#include <stdint.h>

// A figure over time, oldest first; thinned when it grows long. Times are CLOCK_BOOTTIME.
VECTOR(series, struct trend_point)

// Meant to be read. The samples may be the same one.
struct history {
	struct identity identity;
	struct sample *baseline, *previous, *current; // NULL until there is one
	struct series memory;			      // RSS at each reading
	struct memory_usage latest;		      // the last reading, where memory has one
	struct series objects; // bytes of all Python objects at each sample with a census
	struct type_series types;
	double interval_seconds;
};

// Readings that a series holds at most.
enum { HISTORY_READINGS_MAX = 4096 };

void history_deinit(struct history *history);

// Adds a reading to the series. A series of HISTORY_READINGS_MAX is thinned to half before: evenly in
// time, so that it still covers all of it; first and last stay. STATUS_NO_MEMORY.
must_check enum status history_add_memory(struct history *history, const struct memory_usage *usage);

// The same for the series of objects, for who has no whole sample. STATUS_NO_MEMORY.
must_check enum status history_add_objects(struct history *history, double seconds, uint64_t bytes);

// The newest sample becomes current, current becomes previous, the first becomes the baseline (the
// first with a census, once there is one). Takes the sample over, and destroys those that are not
// needed any more. Its objects go into the series of objects and types; where memory is short they
// are left out, and trends are coarser for it.
void history_add_sample_take(struct history *history, struct sample *sample);

// The current sample becomes the baseline.
void history_set_baseline(struct history *history);
