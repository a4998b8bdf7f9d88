// SPDX-License-Identifier: MIT
// What export and report share: the file that is named is exported to standard output, or to a file
// that appears when it is whole.
#pragma once

#include "base/error.h"

struct exporter;
struct settings;

// As recording_open() and recording_export(). STATUS_USAGE: no file is named, or more than one
// process.
must_check enum status export_file(
	const struct settings *settings, const struct exporter *exporter, struct error *err);
