// SPDX-License-Identifier: MIT
// The list of Python processes as text.
#pragma once

#include "base/error.h"

struct settings;

// Prints the list once, or with --batch as often as settings say. As watch_table() and
// output_write(); STATUS_INTERRUPTED.
must_check enum status pick_batch_run(const struct settings *settings, struct error *err);
