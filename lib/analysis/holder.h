// SPDX-License-Identifier: MIT
// The container to blame for growth.
#pragma once

#include "analysis/growth.h"
#include "analysis/history.h"

// Of the containers that grew since the baseline the fastest that also grew since the previous
// sample; without one that did, the fastest. NULL where none grew. growth is since the baseline and
// ends in history->current; the result belongs to it. NULL is fine.
const struct growth_container *holder_find(
	const struct history *history, const struct growth *growth);
