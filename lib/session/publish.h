// SPDX-License-Identifier: MIT
// A recording in the formats of other programs, and as a report.
#pragma once

#include "base/error.h"
#include "session/recording.h"

#include <stddef.h>
#include <sys/types.h>

// Where the text goes, piece by piece.
struct publish_sink {
	enum status (*write)(void *context, const char *text, struct error *err);
	void *context;
};

struct publish_request {
	struct recording *recording;
	pid_t pid;   // 0: all processes
	size_t rows; // of metrics: types, and containers, that are named; 0: as many as may be
	const char *table; // of CSV: "samples" (NULL too), or the name of a view
	const char *title; // of a report
	const struct publish_sink *sink;
};

// Processes of a report; of more the last ones that were sampled.
enum { REPORT_PROCESSES_MAX = 50 };

// {"schema": "leaktop.export/1", "targets": [{..., "samples": [{...}]}]}: all that is in the file,
// each sample as a snapshot document.
must_check enum status publish_json(const struct publish_request *request, struct error *err);

// One table, or a line for every sample. STATUS_USAGE: there is no such table.
must_check enum status publish_csv(const struct publish_request *request, struct error *err);

// The last sample of each process that is current, for Prometheus: one whose last sample is no
// older than the last of the file by more than five minutes, or than twice the time between its
// last two. A process that is gone must not leave its figures behind.
must_check enum status publish_openmetrics(
	const struct publish_request *request, struct error *err);

// The HTML report.
must_check enum status publish_report(const struct publish_request *request, struct error *err);
