// SPDX-License-Identifier: MIT
// A recording in the formats of other programs: an exporter, driven through its processes and
// samples.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct export_options;
struct exporter;
struct recording;

// Exports the process with this pid, or with pid 0 those that the exporter is meant for. As
// recording_find(), recording_choose(), recording_show() and the functions of the exporter.
must_check enum status recording_export(struct recording *recording, pid_t pid,
	const struct exporter *exporter, const struct export_options *options, struct error *err);
