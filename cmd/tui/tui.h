// SPDX-License-Identifier: MIT
// The screen: the only part with curses.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct recording;
struct settings;

// Shows the process that settings name, or lets the user pick one if they name none, until the user
// quits. STATUS_USAGE: there is no terminal; STATUS_INTERRUPTED; otherwise as session_open().
must_check enum status tui_run(const struct settings *settings, struct error *err);

// Shows a recording: the chosen process; if none is chosen, lets the user pick one. STATUS_USAGE:
// there is no terminal; STATUS_INTERRUPTED; otherwise as recording_show().
must_check enum status tui_show_recording(const struct settings *settings,
	struct recording *recording, bool is_chosen, struct error *err);
