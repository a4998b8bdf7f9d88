// SPDX-License-Identifier: MIT
// A verdict in words: one sentence for the top of the screen.
#pragma once

#include "analysis/verdict.h"

// Writes verdict->sentence from its other fields; growth as for verdict_reach().
void verdict_say(
	struct verdict *verdict, const struct history *history, const struct growth *growth);
