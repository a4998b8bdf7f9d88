// SPDX-License-Identifier: MIT
// Exports a recording: calls an exporter for its processes and samples.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct export_options;
struct exporter;
struct recording;

// Exports the process with this pid, or with pid 0 the processes for which the exporter is meant.
// Statuses as recording_find(), recording_choose(), recording_show() and the functions of the
// exporter.
must_check enum status recording_export(struct recording *recording, pid_t pid,
	const struct exporter *exporter, const struct export_options *options, struct error *err);
