// SPDX-License-Identifier: MIT
// Is it a leak, how fast, of what: the sentence at the top of the screen.
#pragma once

#include "analysis/growth.h"
#include "analysis/sample.h"
#include "base/error.h"

#include <stdbool.h>

enum verdict_kind {
	VERDICT_TOO_EARLY,
	VERDICT_NO_LEAK,
	VERDICT_LEAK,
};

// A straight line through the RSS series.
struct trend {
	double bytes_per_minute;
	double low, high; // 95% confidence interval
	size_t points;
	double seconds;	  // that the series covers
};

// STATUS_NOT_FOUND with fewer than three points or less than a second between first and last.
must_check enum status trend_of_memory(const struct array *memory, struct trend *ret);

struct verdict {
	enum verdict_kind kind;
	struct trend trend;
	bool has_trend;
	double python_share; // of RSS growth that is growth of Python objects: 0 to 1
	bool has_python_share;
	const struct growth_container *holder; // the container to blame most, or NULL
	char sentence[256]; // "LEAKING +12.4 MB/min (12.1 to 12.7): 97% Python objects, held by __main__.cache"
};

// growth may be NULL (one sample only); it is borrowed by the result.
void verdict_reach(const struct history *history, const struct growth *growth, struct verdict *ret);
