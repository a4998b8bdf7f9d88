// SPDX-License-Identifier: MIT
// A recording on the screen: which of its samples is shown, from which one growth is measured, and
// the axis of time that shows both.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct input;
struct recording;
struct text;

// Meant to be read.
struct player {
	struct recording *recording; // borrowed; a process of it is chosen and shown
	size_t baseline, current;    // positions of samples
	struct error problem;	     // why a sample cannot be shown; "" when all is well
};

// Shows the last sample and the growth since the first. STATUS_INVALID, STATUS_NO_MEMORY.
must_check enum status player_init(
	struct player *player, struct recording *recording, struct error *err);

// Handles a key; false where it is none of the player's. A sample that cannot be shown is a problem,
// and leaves the picture as it is.
bool player_input(struct player *player, const struct input *input);

// Adds the axis: one line of at most width columns.
void player_add_axis(const struct player *player, unsigned width, struct text *text);
