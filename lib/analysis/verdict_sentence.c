// SPDX-License-Identifier: MIT
#include "analysis/verdict_sentence.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

static void say_container(struct sentence *sentence, const char *how,
	const struct history *history, const struct verdict *verdict)
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

static void say_holder(
	struct sentence *sentence, const struct history *history, const struct verdict *verdict)
{
	bool holds = !verdict->has_python_share || verdict->python_share >= LEAST_HELD_SHARE;
	say_container(sentence, holds ? ", held by " : ", fastest growing: ", history, verdict);
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

void verdict_say(
	struct verdict *verdict, const struct history *history, const struct growth *growth)
{
	struct sentence sentence = {
		.bytes = verdict->sentence, .size = sizeof(verdict->sentence)};
	if (verdict->is_of_objects)
		say_objects(&sentence, history, verdict);
	else if (verdict->kind == VERDICT_LEAK)
		say_leak(&sentence, history, verdict);
	else if (verdict->kind == VERDICT_TOO_EARLY)
		say_unsure(&sentence, history, verdict, growth);
	else
		say_no_leak(&sentence, verdict);
}
