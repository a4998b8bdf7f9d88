// SPDX-License-Identifier: MIT
#include "analysis/verdict.h"

#include "analysis/holder.h"
#include "analysis/verdict_sentence.h"

#include <math.h>
#include <string.h>

// Nothing is said before, whatever the figures are.
static const double LEAST_SECONDS = 3;
// Growth that is not certain yet is called too early to say up to here, and then no leak.
static const double PATIENCE_SECONDS = 20;
static const size_t PATIENCE_POINTS = 6;
// Objects that grow while RSS does not are called a leak after this.
static const double OBJECTS_SECONDS = 60;
// A pace at which the process would take longer than this to double is nobody's leak.
static const double DOUBLING_MINUTES = 30 * 24 * 60;
// A part of the readings is asked only where it is long enough to be a series of its own.
static const double LEAST_PART_SECONDS = 60;
static const size_t LEAST_PART_POINTS = 12;

// The readings from the baseline on. Borrows them. Every reading begins with its time.
static struct array readings_since(const struct array *series, size_t item_size, double seconds)
{
	size_t first = 0;
	const char *items = series->items;
	for (; first < series->count; first++) {
		double own;
		memcpy(&own, items + first * item_size, sizeof(own));
		if (own >= seconds)
			break;
	}
	return (struct array){
		.items = first ? (char *)series->items + first * item_size : series->items,
		.count = series->count - first,
	};
}

// The RSS of a sample is read on its own, some moments before or after the copy.
static double baseline_seconds(const struct sample *baseline)
{
	if (!baseline)
		return -INFINITY;
	double memory = baseline->memory.seconds;
	return memory > 0 && memory < baseline->seconds ? memory : baseline->seconds;
}

static bool is_worth_a_word(const struct trend *trend, double total_bytes)
{
	double pace = trend->bytes_per_minute;
	return pace > 0 && pace * trend->seconds / 60 >= VERDICT_LEAST_BYTES &&
		pace * DOUBLING_MINUTES >= total_bytes;
}

static bool is_growing(const struct trend *trend, double total_bytes)
{
	return trend->low > 0 && is_worth_a_word(trend, total_bytes) &&
		trend->recent_bytes_per_minute >= VERDICT_LEAST_RECENT_SHARE * trend->bytes_per_minute;
}

// A process that was quiet for a night and leaks since an hour: the last quarter on its own. A part
// chosen because it grows must be the surer.
static bool last_quarter_grows(
	const struct array *readings, double total_bytes, struct trend *ret)
{
	const struct memory_usage *items = readings->items;
	if (readings->count < LEAST_PART_POINTS)
		return false;
	double end = items[readings->count - 1].seconds;
	double start = end - (end - items[0].seconds) / 4;
	if (end - start < LEAST_PART_SECONDS)
		return false;
	const struct array part = readings_since(readings, sizeof(*items), start);
	struct trend trend;
	if (part.count < LEAST_PART_POINTS || trend_of_memory(&part, &trend) ||
		trend.low_99 <= 0 || !is_growing(&trend, total_bytes))
		return false;
	*ret = trend;
	return true;
}

static void find_python_share(struct verdict *verdict, const struct growth *growth)
{
	if (!growth || !(growth->seconds > 0) || !(verdict->trend.bytes_per_minute > 0))
		return;
	double pace = (double)growth->bytes_delta * 60 / growth->seconds;
	verdict->has_python_share = true;
	verdict->python_share = fmin(fmax(pace / verdict->trend.bytes_per_minute, 0), 1);
}

// Fills both trends; without one of RSS still its points and seconds.
static void find_trends(
	const struct history *history, const struct array *memory, struct verdict *verdict)
{
	const struct memory_usage *readings = memory->items;
	verdict->has_trend = trend_of_memory(memory, &verdict->trend) == STATUS_OK;
	if (!verdict->has_trend && memory->count)
		verdict->trend = (struct trend){
			.points = memory->count,
			.seconds = readings[memory->count - 1].seconds - readings[0].seconds,
		};
	const struct array objects = readings_since(&history->objects, sizeof(struct object_reading),
		baseline_seconds(history->baseline));
	verdict->has_objects = trend_of_objects(&objects, &verdict->objects) == STATUS_OK;
}

static bool objects_grow(const struct history *history, const struct verdict *verdict)
{
	const struct sample *current = history->current;
	return verdict->has_objects && verdict->objects.seconds >= LEAST_SECONDS && current &&
		current->census &&
		is_growing(&verdict->objects, (double)current->census->totals.bytes);
}

// Not certain, but it may well become so.
static bool is_promising(const struct trend *trend, double rss_bytes)
{
	return is_worth_a_word(trend, rss_bytes) && trend->high > 0 &&
		(trend->seconds < PATIENCE_SECONDS || trend->points < PATIENCE_POINTS);
}

static enum verdict_kind judge(
	const struct history *history, const struct array *memory, struct verdict *verdict)
{
	const struct memory_usage *readings = memory->items;
	double rss = memory->count ? (double)readings[memory->count - 1].rss_bytes : 0;
	bool is_ripe = verdict->has_trend && verdict->trend.seconds >= LEAST_SECONDS;
	if (is_ripe && is_growing(&verdict->trend, rss))
		return VERDICT_LEAK;
	verdict->in_last_quarter = is_ripe && last_quarter_grows(memory, rss, &verdict->trend);
	if (verdict->in_last_quarter)
		return VERDICT_LEAK;
	verdict->is_of_objects = objects_grow(history, verdict);
	if (verdict->is_of_objects)
		return verdict->objects.seconds >= OBJECTS_SECONDS ? VERDICT_LEAK
								    : VERDICT_TOO_EARLY;
	return is_ripe && !is_promising(&verdict->trend, rss) ? VERDICT_NO_LEAK
							      : VERDICT_TOO_EARLY;
}

void verdict_reach(const struct history *history, const struct growth *growth, struct verdict *ret)
{
	*ret = (struct verdict){0};
	const struct array memory = readings_since(
		&history->memory, sizeof(struct memory_usage), baseline_seconds(history->baseline));
	find_trends(history, &memory, ret);
	ret->holder = holder_find(history, growth);
	ret->kind = judge(history, &memory, ret);
	// A part of the readings and the growth since the baseline are of different times.
	if (ret->kind == VERDICT_LEAK && !ret->in_last_quarter && !ret->is_of_objects)
		find_python_share(ret, growth);
	verdict_say(ret, history, growth);
}
