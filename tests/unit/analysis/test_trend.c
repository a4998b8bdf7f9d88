// SPDX-License-Identifier: MIT
// Trends of synthetic series. Noise comes from a generator with a fixed seed.
#include "analysis/trend.h"

#include "../test.h"
#include "analysis/history.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double MB = 1024 * 1024;

// Even in 0 to 1.
static double random_share(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

static double noise(uint64_t *seed)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += random_share(seed);
	return sum; // about normal, standard deviation 1
}

struct shape {
	double per_minute, noise, drift;
	size_t count;
	double step_seconds;
};

// Random drift adds up from reading to reading, noise does not.
static struct trend trend_of_shape(const struct shape *shape, uint64_t *seed)
{
	struct trend_point points[2000];
	double drift = 0;
	for (size_t i = 0; i < shape->count; i++) {
		double seconds = (double)i * shape->step_seconds;
		points[i] = (struct trend_point){.seconds = 5000 + seconds,
			.bytes = 500 * MB + shape->per_minute * seconds / 60 + drift +
				shape->noise * noise(seed)};
		drift += shape->drift * noise(seed);
	}
	struct trend trend = {.low = INFINITY}; // wrong, and above zero
	if (trend_of_points(points, shape->count, &trend))
		printf("# no trend\n");
	return trend;
}

// How many of 200 intervals contain the true pace, and how many lie above zero.
static void try_shape(const struct shape *shape, unsigned *right, unsigned *above)
{
	uint64_t seed = 42;
	*right = *above = 0;
	for (unsigned i = 0; i < 200; i++) {
		struct trend trend = trend_of_shape(shape, &seed);
		*right += trend.low <= shape->per_minute && shape->per_minute <= trend.high;
		*above += trend.low > 0;
	}
	printf("# %.0f/min, noise %.0f, drift %.0f, %zu readings: %u right, %u above zero\n",
		shape->per_minute, shape->noise, shape->drift, shape->count, *right, *above);
}

static void check_coverage(void)
{
	unsigned right, above;
	try_shape(&(struct shape){.noise = MB, .count = 60, .step_seconds = 1}, &right, &above);
	CHECK(right >= 185 && above <= 8);
	try_shape(&(struct shape){.drift = MB, .count = 60, .step_seconds = 1}, &right, &above);
	CHECK(right >= 180 && above <= 10); // a random walk looks like growth to a straight line
	try_shape(&(struct shape){.per_minute = 12 * MB, .noise = 0.1 * MB, .count = 60,
			  .step_seconds = 1},
		&right, &above);
	CHECK(right >= 185 && above == 200);
	try_shape(&(struct shape){.per_minute = 12 * MB, .drift = 0.1 * MB, .count = 400,
			  .step_seconds = 0.5},
		&right, &above);
	CHECK(right >= 180 && above == 200);
	try_shape(&(struct shape){.per_minute = 12 * MB, .noise = 0.02 * MB, .count = 4,
			  .step_seconds = 5},
		&right, &above);
	CHECK(right >= 185 && above >= 190);
}

static struct trend trend_of_values(const double *megabytes, size_t count, double step_seconds)
{
	struct trend_point points[100];
	for (size_t i = 0; i < count; i++)
		points[i] = (struct trend_point){
			.seconds = (double)i * step_seconds, .bytes = megabytes[i] * MB};
	struct trend trend = {0};
	CHECK(trend_of_points(points, count, &trend) == STATUS_OK);
	return trend;
}

static void check_exact_line(void)
{
	double values[50];
	for (int i = 0; i < 50; i++)
		values[i] = 100 + 0.5 * i;
	struct trend trend = trend_of_values(values, 50, 1);
	CHECK(fabs(trend.bytes_per_minute - 30 * MB) < 1);
	CHECK(trend.high - trend.low < 1);
	CHECK(fabs(trend.recent_bytes_per_minute - 30 * MB) < 1);
	CHECK(trend.points == 50 && trend.seconds == 49);
}

static void check_steps(void)
{
	double one[60], stairs[60], warm_up[60], sawtooth[60], spike[60];
	for (int i = 0; i < 60; i++) {
		one[i] = i < 25 ? 100 : 140;
		stairs[i] = 100 + i / 5 * 4; // an arena now and then
		warm_up[i] = 300 - 200 * exp(-i / 8.0);
		sawtooth[i] = 100 + i % 15;
		spike[i] = i == 30 ? 500 : 100;
	}
	CHECK(trend_of_values(one, 60, 1).low <= 0);
	CHECK(trend_of_values(warm_up, 60, 1).low <= 0);
	CHECK(trend_of_values(sawtooth, 60, 1).low <= 0);
	CHECK(trend_of_values(spike, 60, 1).bytes_per_minute == 0);
	struct trend trend = trend_of_values(stairs, 60, 1);
	CHECK(trend.low > 0 && trend.low <= 48 * MB && trend.high >= 48 * MB);
	trend = trend_of_values(one, 60, 1);
	CHECK(trend.recent_bytes_per_minute == 0);
	CHECK(trend.low_99 < trend.low);
}

static void check_refusals(void)
{
	const struct trend_point points[] = {{1, 1}, {1.2, 2}, {1.4, 3}, {11, 4}};
	const struct trend_point still[] = {{1, 1}, {1, 2}, {1, 3}, {5, 4}};
	struct trend trend = {.points = 77};
	CHECK(trend_of_points(points, 0, &trend) == STATUS_NOT_FOUND);
	CHECK(trend_of_points(points, 2, &trend) == STATUS_NOT_FOUND);
	CHECK(trend_of_points(points, 3, &trend) == STATUS_NOT_FOUND); // less than a second
	CHECK(trend_of_points(still, 4, &trend) == STATUS_NOT_FOUND);  // two moments only
	CHECK(trend.points == 77);
	CHECK(trend_of_points(points, 4, &trend) == STATUS_OK);

	// Readings in two clumps far apart are two spans of time.
	struct trend_point clumps[40];
	for (int i = 0; i < 40; i++)
		clumps[i] = (struct trend_point){.seconds = i + (i < 20 ? 0 : 1e6), .bytes = i};
	CHECK(trend_of_points(clumps, 40, &trend) == STATUS_NOT_FOUND);
}

static void check_three(void)
{
	const struct trend_point memory[] = {{0, 0}, {30, 60}, {60, 100}};
	const struct trend_point objects[] = {{0, 7}, {30, 7}, {60, 7}};
	struct trend trend;
	CHECK(trend_of_points(memory, 3, &trend) == STATUS_OK);
	CHECK(trend.bytes_per_minute == 100);
	CHECK(trend.low < 0 && trend.high > 100 && fabs(trend.low + trend.high - 200) < 0.001);
	CHECK(trend_of_points(objects, 3, &trend) == STATUS_OK);
	CHECK(trend.bytes_per_minute == 0 && trend.low == 0 && trend.high == 0);
	CHECK(trend_of_points(NULL, 0, &trend) == STATUS_NOT_FOUND);
}

int main(void)
{
	check_coverage();
	check_exact_line();
	check_steps();
	check_refusals();
	check_three();
	return test_done();
}
