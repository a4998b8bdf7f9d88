// SPDX-License-Identifier: MIT
// The screen: the only part with curses.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct recording;
struct settings;

// Shows the process that settings name, or lets the person pick one where they name none, until the
// person leaves. STATUS_USAGE without a terminal; STATUS_INTERRUPTED; as session_open().
must_check enum status tui_run(const struct settings *settings, struct error *err);

// Shows a recording: the process that is chosen, or where none is lets the person pick one.
// STATUS_USAGE without a terminal; STATUS_INTERRUPTED; as recording_show().
must_check enum status tui_show_recording(const struct settings *settings,
	struct recording *recording, bool is_chosen, struct error *err);
