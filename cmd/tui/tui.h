// SPDX-License-Identifier: MIT
// The screen: the only part with curses.
#pragma once

#include "base/error.h"

struct settings;

// Shows the process that settings name, or lets the person pick one where they name none, until the
// person leaves. STATUS_USAGE without a terminal; STATUS_INTERRUPTED; as session_open().
must_check enum status tui_run(const struct settings *settings, struct error *err);
