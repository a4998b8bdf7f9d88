// SPDX-License-Identifier: MIT
// What the live screen remembers, shared by its keys (live.c) and its picture (live_draw.c).
#pragma once

#include "base/error.h"
#include "tui/detail.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/player.h"
#include "tui/sampler.h"

#include <stdbool.h>
#include <stddef.h>

struct terminal;
struct results;

enum {
	LIVE_VIEWS_MAX = 8,
	LIVE_HEADLINES = 3,
};

// Where a tab was drawn; end 0: nowhere.
struct live_tab {
	int start, end;
};

struct live {
	struct terminal *terminal; // borrowed
	struct sampler sampler;	   // of a session, or idle
	struct player player;	   // of a recording, or without one
	struct error note;	   // what the last key did; "": nothing to tell
	bool can_go_back;
	size_t view, view_count;   // position in views[]
	struct table *table;	   // of the view; NULL before the first sample
	struct list lists[LIVE_VIEWS_MAX];
	char *headline[LIVE_HEADLINES];
	bool is_leaking;
	struct detail detail;
	bool shows_help;
	size_t help_top;
	struct live_tab tabs[LIVE_VIEWS_MAX];
	int tab_row;
	struct area area; // of the table, the detail or the help
};

// What is shown: of the session or of the recording.
const struct results *live_results(const struct live *live);

// Lays the screen out for its size, and draws it. STATUS_NO_MEMORY.
must_check enum status live_draw(struct live *live);

// The tab at a place of the screen; view_count where there is none.
size_t live_tab_at(const struct live *live, int row, int column);
