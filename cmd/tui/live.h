// SPDX-License-Identifier: MIT
// The live screen: headline, tabs, one view at a time.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct recording;
struct session;
struct settings;
struct terminal;

enum live_end {
	LIVE_QUIT, // leave the program
	LIVE_BACK, // to where the screen was opened from
};

// Shows a session until the person leaves. With can_go_back Backspace leads to LIVE_BACK.
// STATUS_NO_MEMORY; STATUS_INTERRUPTED.
must_check enum status live_run(struct terminal *terminal, struct session *session,
	const struct settings *settings, bool can_go_back, enum live_end *ret, struct error *err);

// The same for a recording, of which a process is chosen: its samples in place of new ones, with an
// axis of time. As player_init() too.
must_check enum status live_play(struct terminal *terminal, struct recording *recording,
	bool can_go_back, enum live_end *ret, struct error *err);
