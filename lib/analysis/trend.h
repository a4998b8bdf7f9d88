// SPDX-License-Identifier: MIT
// How fast a figure grows over time, and how certain that is.
//
// The readings are divided into at most TREND_BLOCKS spans of equal time. The median of its
// readings represents each span, and the rates between neighbouring spans are samples of one rate:
// its 95% interval is Student's. A straight line through all readings would be more precise in
// theory, but is wrong here: it assumes independent readings, while memory grows in steps, stays,
// and drifts. After a single step upwards it would claim a steady leak.
//
//	one step    rates 0 0 9 0 0 0	mean 1.5 +- 3.9		perhaps no growth at all
//	a leak	    rates 8 9 12 9 10 9	mean 9.5 +- 1.4		growth
//	a warm-up   rates 60 20 7 2 1 0	mean 15  +- 24		perhaps no growth at all
#pragma once

#include "base/error.h"

#include <stddef.h>

enum { TREND_BLOCKS = 10 };

struct trend {
	double bytes_per_minute;
	double low, high; // 95% confidence interval
	size_t points;
	double seconds;	  // the time that the series covers
	double recent_bytes_per_minute; // over the last third of that time
	double low_99;	  // the lower end of the 99% interval
};

struct trend_point {
	double seconds, bytes;
};

// points must be in order of time. STATUS_NOT_FOUND: there are fewer than three points, less than a
// second between the first and the last, or all are in one or two spans. STATUS_NO_MEMORY.
must_check enum status trend_of_points(
	const struct trend_point *points, size_t count, struct trend *ret);
