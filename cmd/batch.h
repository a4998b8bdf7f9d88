// SPDX-License-Identifier: MIT
// The live views as text, one sample after the other.
#pragma once

#include "base/error.h"

struct settings;

// Prints samples of the process that settings name, as many as they ask for. Statuses as
// session_open(), session_begin_sample(), output_write(); STATUS_INTERRUPTED.
must_check enum status batch_run(const struct settings *settings, struct error *err);
