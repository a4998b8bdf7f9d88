// SPDX-License-Identifier: MIT
// Is it a leak, how fast, of what: the sentence at the top of the screen.
#pragma once

#include "analysis/growth.h"
#include "analysis/history.h"
#include "analysis/trend.h"
#include "base/error.h"

#include <stdbool.h>

enum verdict_kind {
	VERDICT_TOO_EARLY,
	VERDICT_NO_LEAK,
	VERDICT_LEAK,
};

// Less growth in all than this is how memory managers breathe: glibc moves the end of the heap in
// steps of 128 KiB (M_TOP_PAD), pymalloc takes arenas of 256 KiB up to 3.9 and of 1 MiB from 3.10 on
// (Objects/obmalloc.c, ARENA_BITS) that become resident page by page.
static const double VERDICT_LEAST_BYTES = 128 * 1024;

// The last third of the time must keep up this part of the pace: growth that ended is no leak.
static const double VERDICT_LEAST_RECENT_SHARE = 0.1;

struct verdict {
	enum verdict_kind kind;
	struct trend trend; // of RSS since the baseline
	bool has_trend;
	bool in_last_quarter; // the trend of RSS is that of the last quarter of the readings alone
	struct trend objects; // of the bytes of all Python objects since the baseline
	bool has_objects;
	bool is_of_objects; // the verdict rests on objects: they grow, and RSS does not for certain
	double python_share; // of RSS growth that is growth of Python objects: 0 to 1
	bool has_python_share;
	const struct growth_container *holder; // the container to blame most, or NULL
	char sentence[256]; // "LEAKING +12.4 MB/min (12.1 to 12.7): 97% Python objects, held by __main__.cache"
};

// growth is since the baseline, or NULL with one sample; it is borrowed by the result.
//
// A leak: RSS grew since the baseline or, where it was quiet before, in the last quarter of the
// readings; or Python objects grew for a minute though RSS did not, since they fill memory that was
// free inside the process. Growth counts when its 95% interval (99% for a part of the readings) lies
// above zero, when it goes on, and when it is more than memory managers move by themselves.
void verdict_reach(const struct history *history, const struct growth *growth, struct verdict *ret);
