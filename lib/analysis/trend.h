// SPDX-License-Identifier: MIT
// How fast a figure grows over time, and how sure that is.
//
// The readings are cut into at most TREND_BLOCKS spans of equal time, each span stands for the median
// of its readings, and the rates from span to span are taken as samples of one rate: its 95%
// interval is Student's. A straight line through all readings would be more precise on paper and is
// wrong here. It takes readings for independent of each other, while memory is handed out in steps,
// stays, and drifts: after a single step upwards it would swear to a steady leak.
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
	double seconds;	  // that the series covers
	double recent_bytes_per_minute; // over the last third of it
	double low_99;	  // the low end of the 99% interval
};

struct trend_point {
	double seconds, bytes;
};

// Points in order of time. STATUS_NOT_FOUND with fewer than three points, less than a second between
// first and last, or points that all lie in one or two spans of time. STATUS_NO_MEMORY.
must_check enum status trend_of_points(
	const struct trend_point *points, size_t count, struct trend *ret);
