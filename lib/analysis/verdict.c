// SPDX-License-Identifier: MIT
#include "analysis/verdict.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// --- Is it a leak ---

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

// The readings from a time on. Borrows them.
static struct series readings_since(const struct series *series, double seconds)
{
	size_t first = 0;
	while (first < series->count && series->items[first].seconds < seconds)
		first++;
	return (struct series){
		.items = first ? series->items + first : series->items,
		.count = series->count - first,
	};
}

static enum status find_trend(const struct series *series, struct trend *ret)
{
	return trend_of_points(series->items, series->count, ret);
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
static bool last_quarter_grows(const struct series *readings, double total_bytes, struct trend *ret)
{
	const struct trend_point *items = readings->items;
	if (readings->count < LEAST_PART_POINTS)
		return false;
	double end = items[readings->count - 1].seconds;
	double start = end - (end - items[0].seconds) / 4;
	if (end - start < LEAST_PART_SECONDS)
		return false;
	const struct series part = readings_since(readings, start);
	struct trend trend;
	if (part.count < LEAST_PART_POINTS || find_trend(&part, &trend) || trend.low_99 <= 0 ||
		!is_growing(&trend, total_bytes))
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
	const struct history *history, const struct series *memory, struct verdict *verdict)
{
	const struct trend_point *readings = memory->items;
	verdict->has_trend = find_trend(memory, &verdict->trend) == STATUS_OK;
	if (!verdict->has_trend && memory->count)
		verdict->trend = (struct trend){
			.points = memory->count,
			.seconds = readings[memory->count - 1].seconds - readings[0].seconds,
		};
	const struct series objects =
		readings_since(&history->objects, baseline_seconds(history->baseline));
	verdict->has_objects = find_trend(&objects, &verdict->objects) == STATUS_OK;
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
	const struct history *history, const struct series *memory, struct verdict *verdict)
{
	const struct trend_point *readings = memory->items;
	double rss = memory->count ? readings[memory->count - 1].bytes : 0;
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

// --- Who holds it ---

// As many of the fastest are looked at; all of them are on the shortlist and have names.
static const size_t SUSPECTS_MAX = 64;

// The table of interned strings owns nothing: its references are not counted, a string leaves it
// when its last owner does (Objects/unicodeobject.c, PyUnicode_InternInPlace up to 3.11 and
// intern_common after). It grows with any leak of strings and holds none of them.
static bool is_bookkeeping(const struct census_container *container)
{
	const char *path = census_local_path(container);
	return path && !strncmp(path, "<interned", strlen("<interned"));
}

// Whether a container that grew since the baseline still grew since the previous sample.
static bool is_steady(const struct history *history, const struct growth_container *suspect)
{
	const struct sample *previous = history->previous;
	if (!previous || !previous->census || previous == history->baseline)
		return true;
	const struct census_container *now = &history->current->census->containers[suspect->after];
	const struct census_container *then =
		census_find_container(previous->census, now->address, suspect->type);
	return then && then->length < now->length;
}

// One that is new since the baseline and that no module holds may be what a long request is at work
// on.
static bool may_pass_by(
	const struct growth_container *suspect, const struct census_container *container)
{
	return suspect->is_new && !census_is_of_module(container);
}

// The container to blame: the fastest of those that grew since the baseline and since the previous
// sample; if no container did both, the fastest of those that grew since the baseline. NULL where
// none did. growth is since the baseline and ends in history->current; NULL is fine.
static const struct growth_container *find_holder(
	const struct history *history, const struct growth *growth)
{
	const struct sample *current = history->current;
	if (!growth || !current || !current->census)
		return NULL;
	const struct growth_container *fallback = NULL, *passing = NULL;
	for (size_t i = 0; i < growth->container_count && i < SUSPECTS_MAX; i++) {
		const struct growth_container *suspect = &growth->containers[i];
		const struct census_container *container =
			&current->census->containers[suspect->after];
		if (suspect->length_delta <= 0)
			break; // they are sorted
		if (is_bookkeeping(container))
			continue;
		if (may_pass_by(suspect, container))
			passing = passing ? passing : suspect;
		else if (is_steady(history, suspect))
			return suspect;
		else
			fallback = fallback ? fallback : suspect;
	}
	return fallback ? fallback : passing;
}

// --- In words ---

// From this share on, what holds Python objects is said to hold the growth.
static const double LEAST_HELD_SHARE = 0.25;

// A sentence in a buffer. What does not fit is cut between characters.
struct sentence {
	char *bytes;
	size_t size, length;
};

static void sentence_cut(struct sentence *sentence)
{
	size_t end = utf8_cut(sentence->bytes, sentence->size - sizeof("..."));
	memcpy(sentence->bytes + end, "...", sizeof("..."));
	sentence->length = sentence->size;
}

__attribute__((format(printf, 2, 3))) static void say(
	struct sentence *sentence, const char *format, ...)
{
	if (sentence->length >= sentence->size)
		return;
	size_t room = sentence->size - sentence->length;
	va_list args;
	va_start(args, format);
	int length = vsnprintf(sentence->bytes + sentence->length, room, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < room)
		sentence->length += (size_t)length;
	else
		sentence_cut(sentence);
}

struct unit {
	double bytes;
	const char *name;
};

static struct unit unit_for(double bytes)
{
	static const struct unit units[] = {
		{1024.0 * 1024 * 1024, "GB"}, {1024.0 * 1024, "MB"}, {1024, "KB"}, {1, "bytes"}};
	size_t i = 0;
	while (i < 3 && fabs(bytes) < units[i].bytes)
		i++;
	return units[i];
}

// "+12.4 MB/min"
static void say_pace(struct sentence *sentence, double pace)
{
	struct unit unit = unit_for(pace);
	say(sentence, "%+.1f %s/min", pace / unit.bytes, unit.name);
}

// "+12.4 MB/min (12.1 to 12.7)"
static void say_trend(struct sentence *sentence, const struct trend *trend)
{
	struct unit unit = unit_for(trend->bytes_per_minute);
	say_pace(sentence, trend->bytes_per_minute);
	say(sentence, " (%.1f to %.1f)", trend->low / unit.bytes, trend->high / unit.bytes);
}

static void say_duration(struct sentence *sentence, double seconds)
{
	if (seconds < 120)
		say(sentence, "%.0f s", seconds);
	else if (seconds < 120 * 60)
		say(sentence, "%.0f min", seconds / 60);
	else
		say(sentence, "%.1f h", seconds / 3600);
}

static void say_container(struct sentence *sentence, const char *how, const struct history *history,
	const struct verdict *verdict)
{
	if (!verdict->holder)
		return;
	const struct census_container *container =
		&history->current->census->containers[verdict->holder->after];
	say(sentence, "%s", how);
	if (container->path)
		say(sentence, "%s", container->path);
	else
		say(sentence, "%s at 0x%" PRIx64, verdict->holder->type, container->address);
}

// ", filled in get_user service.py:27"
static void say_filler(
	struct sentence *sentence, const struct history *history, const struct verdict *verdict)
{
	if (!verdict->holder)
		return;
	const struct census *census = history->current->census;
	size_t count;
	const struct filler *filler = census_fillers(
		census, &census->containers[verdict->holder->after], &count);
	if (count)
		say(sentence, ", filled in %s %s:%d", filler->function, filler->file, filler->line);
}

static void say_holder(
	struct sentence *sentence, const struct history *history, const struct verdict *verdict)
{
	bool holds = !verdict->has_python_share || verdict->python_share >= LEAST_HELD_SHARE;
	say_container(sentence, holds ? ", held by " : ", fastest growing: ", history, verdict);
	say_filler(sentence, history, verdict);
}

static void say_leak(
	struct sentence *sentence, const struct history *history, const struct verdict *verdict)
{
	say(sentence, "LEAKING ");
	say_trend(sentence, &verdict->trend);
	if (verdict->in_last_quarter) {
		say(sentence, " in the last ");
		say_duration(sentence, verdict->trend.seconds);
	}
	if (verdict->has_python_share)
		say(sentence, ": %.0f%% Python objects", 100 * verdict->python_share);
	say_holder(sentence, history, verdict);
}

static void say_objects(
	struct sentence *sentence, const struct history *history, const struct verdict *verdict)
{
	say(sentence, "%s", verdict->kind == VERDICT_LEAK ? "LEAKING " : "growing: ");
	say_trend(sentence, &verdict->objects);
	say(sentence, " of Python objects, RSS ");
	if (verdict->has_trend && verdict->trend.bytes_per_minute > 0)
		say_pace(sentence, verdict->trend.bytes_per_minute);
	else
		say(sentence, "flat");
	say_holder(sentence, history, verdict);
}

static void say_unsure(struct sentence *sentence, const struct history *history,
	const struct verdict *verdict, const struct growth *growth)
{
	say(sentence, "too early to say: %zu sample%s", verdict->trend.points,
		verdict->trend.points == 1 ? "" : "s");
	if (verdict->trend.points > 1) {
		say(sentence, " over ");
		say_duration(sentence, verdict->trend.seconds);
	}
	if (verdict->has_trend && verdict->trend.bytes_per_minute > 0) {
		say(sentence, ", RSS ");
		say_pace(sentence, verdict->trend.bytes_per_minute);
	}
	if (growth && growth->seconds > 0 && growth->bytes_delta > 0) {
		say(sentence, ", Python objects ");
		say_pace(sentence, (double)growth->bytes_delta * 60 / growth->seconds);
		say_container(sentence, ", fastest growing: ", history, verdict);
	}
}

static void say_no_leak(struct sentence *sentence, const struct verdict *verdict)
{
	const struct trend *trend = &verdict->trend;
	say(sentence, "no leak seen: RSS ");
	if (fabs(trend->bytes_per_minute) * trend->seconds / 60 < VERDICT_LEAST_BYTES)
		say(sentence, "steady");
	else if (trend->low > 0 && trend->recent_bytes_per_minute <
					   VERDICT_LEAST_RECENT_SHARE * trend->bytes_per_minute)
		say(sentence, "grew, and stopped growing");
	else
		say_trend(sentence, trend);
	say(sentence, " over ");
	say_duration(sentence, trend->seconds);
}

static void verdict_say(
	struct verdict *verdict, const struct history *history, const struct growth *growth)
{
	struct sentence sentence = {.bytes = verdict->sentence, .size = sizeof(verdict->sentence)};
	if (verdict->is_of_objects)
		say_objects(&sentence, history, verdict);
	else if (verdict->kind == VERDICT_LEAK)
		say_leak(&sentence, history, verdict);
	else if (verdict->kind == VERDICT_TOO_EARLY)
		say_unsure(&sentence, history, verdict, growth);
	else
		say_no_leak(&sentence, verdict);
}

void verdict_reach(const struct history *history, const struct growth *growth, struct verdict *ret)
{
	*ret = (struct verdict){0};
	const struct series memory =
		readings_since(&history->memory, baseline_seconds(history->baseline));
	find_trends(history, &memory, ret);
	ret->holder = find_holder(history, growth);
	ret->kind = judge(history, &memory, ret);
	// A part of the readings and the growth since the baseline are of different times.
	if (ret->kind == VERDICT_LEAK && !ret->in_last_quarter && !ret->is_of_objects)
		find_python_share(ret, growth);
	verdict_say(ret, history, growth);
}
