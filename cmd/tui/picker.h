// SPDX-License-Identifier: MIT
// The screen that a process is picked from.
#pragma once

#include "base/error.h"

struct settings;
struct terminal;

// Shows the Python processes, opens the live screen of those that are picked, until the person
// leaves. As watch_read(); STATUS_INTERRUPTED.
must_check enum status picker_run(
	struct terminal *terminal, const struct settings *settings, struct error *err);
