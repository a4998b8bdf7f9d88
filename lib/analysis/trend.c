// SPDX-License-Identifier: MIT
#include "analysis/trend.h"

#include "base/guard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Student's t-distribution, two-sided, for 1 to TREND_BLOCKS - 2 degrees of freedom.
static const double student_95[TREND_BLOCKS - 1] = {
	INFINITY, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306};
static const double student_99[TREND_BLOCKS - 1] = {
	INFINITY, 63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355};

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_doubles);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

// The point that represents a span of readings. scratch has room for count values.
static struct trend_point span_center(
	const struct trend_point *points, size_t count, double *scratch)
{
	struct trend_point center;
	for (size_t i = 0; i < count; i++)
		scratch[i] = points[i].bytes;
	center.bytes = median(scratch, count);
	for (size_t i = 0; i < count; i++)
		scratch[i] = points[i].seconds;
	center.seconds = median(scratch, count);
	return center;
}

// The span of equal time in which a point is; if there are few points, each is a span.
static size_t span_of(const struct trend_point *points, size_t count, size_t index)
{
	if (count <= TREND_BLOCKS)
		return index;
	double range = points[count - 1].seconds - points[0].seconds;
	double place = (points[index].seconds - points[0].seconds) / range * TREND_BLOCKS;
	return place >= TREND_BLOCKS ? TREND_BLOCKS - 1 : place > 0 ? (size_t)place : 0;
}

// Fills spans[TREND_BLOCKS] and returns their number; leaves out spans without readings.
static size_t find_spans(const struct trend_point *points, size_t count, double *scratch,
	struct trend_point *spans)
{
	size_t found = 0;
	for (size_t start = 0, end; start < count; start = end) {
		size_t span = span_of(points, count, start);
		for (end = start + 1; end < count && span_of(points, count, end) == span;)
			end++;
		struct trend_point center = span_center(points + start, end - start, scratch);
		if (found < TREND_BLOCKS &&
			(!found || center.seconds > spans[found - 1].seconds))
			spans[found++] = center;
	}
	return found;
}

// If a figure drifts, the averages of neighbouring spans are correlated (1/4: H. Working, 1960),
// and their mean varies by this much more than their spread shows.
static const double DRIFT_FACTOR = 1.2247; // sqrt(1 + 2 * 1/4)

// The standard error of the mean rate, for growth whose deviations accumulate over time.
static double standard_error(const struct trend_point *spans, size_t count, double rate)
{
	double squares = 0;
	for (size_t i = 1; i < count; i++) {
		double seconds = spans[i].seconds - spans[i - 1].seconds;
		double miss = spans[i].bytes - spans[i - 1].bytes - rate * seconds;
		squares += miss * miss / seconds;
	}
	double range = spans[count - 1].seconds - spans[0].seconds;
	return sqrt(squares / (double)(count - 2) / range);
}

static double recent_rate(const struct trend_point *spans, size_t count)
{
	const struct trend_point *last = &spans[count - 1];
	double from = last->seconds - (last->seconds - spans[0].seconds) / 3;
	size_t first = count - 2;
	while (first && spans[first].seconds > from)
		first--;
	return (last->bytes - spans[first].bytes) / (last->seconds - spans[first].seconds);
}

enum status trend_of_points(const struct trend_point *points, size_t count, struct trend *ret)
{
	if (count < 3 || !(points[count - 1].seconds - points[0].seconds >= 1))
		return STATUS_NOT_FOUND;
	AUTO(freep) double *scratch = calloc(count, sizeof(*scratch));
	if (!scratch)
		return STATUS_NO_MEMORY;
	struct trend_point spans[TREND_BLOCKS];
	size_t span_count = find_spans(points, count, scratch, spans);
	if (span_count < 3)
		return STATUS_NOT_FOUND;

	const struct trend_point *first = &spans[0], *last = &spans[span_count - 1];
	double rate = (last->bytes - first->bytes) / (last->seconds - first->seconds);
	double error = 60 * standard_error(spans, span_count, rate);
	if (count > TREND_BLOCKS)
		error *= DRIFT_FACTOR;
	*ret = (struct trend){
		.bytes_per_minute = 60 * rate,
		.low = 60 * rate - student_95[span_count - 2] * error,
		.high = 60 * rate + student_95[span_count - 2] * error,
		.low_99 = 60 * rate - student_99[span_count - 2] * error,
		.recent_bytes_per_minute = 60 * recent_rate(spans, span_count),
		.points = count,
		.seconds = points[count - 1].seconds - points[0].seconds,
	};
	return STATUS_OK;
}
