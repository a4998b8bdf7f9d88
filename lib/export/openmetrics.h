// SPDX-License-Identifier: MIT
// The last samples of processes as OpenMetrics text, which the textfile collector of Prometheus'
// node exporter reads too. Sets of labels are bounded: of types and containers the fastest growing,
// the other types as one; of processes METRICS_PROCESSES_MAX.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "result/figures.h"
#include "view/view.h"

#include <stddef.h>

enum { METRICS_PROCESSES_MAX = 200, METRICS_ROWS_MAX = 1000 };

// The figures of figures.def that have a metric come first, each family by the number of its first
// figure; then those of this list, which the table in export_openmetrics.c explains.
enum metric {
	METRIC_GROWTH_RATE = FIGURE_COUNT,
	METRIC_LEAKING,
	METRIC_OBJECTS,
	METRIC_OBJECT_BYTES,
	METRIC_CONTAINER_LENGTH,
	METRIC_COLLECTOR_ENABLED,
	METRIC_UNCOLLECTABLE,
	METRIC_THREADS,
	METRIC_PAUSE,
	METRIC_SAMPLE_TIME,
	METRIC_PROCESS_COUNT,
	METRIC_COUNT,
};

// Processes are added one by one, while a metric's lines must stand together: each has its own
// text.
struct metrics {
	struct text lines[METRIC_COUNT];
	size_t rows;	  // types, and containers, that are named; 0: METRICS_ROWS_MAX
	size_t processes; // that were added, also where they are too many to be shown
};

// rows as above.
void metrics_init(struct metrics *metrics, size_t rows);
void metrics_deinit(struct metrics *metrics);

// Adds a process: its current sample, and what the kernel said of its memory at last, which may be
// later, at time_ms (UTC, since 1970). A pid may come once.
void metrics_add_process(struct metrics *metrics, const struct results *results,
	const struct memory_usage *memory, int64_t time_ms);

// Adds the whole text, as far as it was built. STATUS_NO_MEMORY.
must_check enum status metrics_write(
	const struct metrics *metrics, struct text *text, struct error *err);
