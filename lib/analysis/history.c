// SPDX-License-Identifier: MIT
#include "analysis/history.h"

#include <math.h>
#include <string.h>

// Destroys a sample that the history held, unless it still holds it under another name.
static void history_release(const struct history *history, struct sample *sample)
{
	if (sample != history->baseline && sample != history->previous &&
		sample != history->current)
		sample_destroy(sample);
}

void history_deinit(struct history *history)
{
	if (!history)
		return;
	struct sample *samples[] = {history->baseline, history->previous, history->current};
	for (size_t i = 0; i < 3; i++) {
		bool seen = false;
		for (size_t j = 0; j < i; j++)
			seen |= samples[j] == samples[i];
		if (!seen)
			sample_destroy(samples[i]);
	}
	array_deinit(&history->memory);
	array_deinit(&history->objects);
	type_series_deinit(&history->types);
	identity_deinit(&history->identity);
	*history = (struct history){0};
}

// Every reading begins with its time.
_Static_assert(offsetof(struct memory_usage, seconds) == 0, "time comes first");
_Static_assert(offsetof(struct object_reading, seconds) == 0, "time comes first");

static double reading_seconds(const struct array *series, size_t item_size, size_t index)
{
	double seconds;
	memcpy(&seconds, (const char *)series->items + index * item_size, sizeof(seconds));
	return seconds;
}

// The grid that leaves at most half of the series: slots of a power of two seconds. Slots of the
// next thinning are made of whole slots of this one, so that old readings stay evenly spaced.
static double slot_seconds(const struct array *series, size_t item_size)
{
	double range = reading_seconds(series, item_size, series->count - 1) -
		reading_seconds(series, item_size, 0);
	if (!(range > 0) || !isfinite(range))
		return 0;
	return exp2(ceil(log2(range / (HISTORY_READINGS_MAX / 2.0 - 2))));
}

// Keeps the first reading of each slot, and the last of all.
static void series_thin(struct array *series, size_t item_size)
{
	double slot = slot_seconds(series, item_size);
	double kept_slot = 0;
	size_t kept = 0;
	char *items = series->items;
	for (size_t i = 0; i < series->count; i++) {
		double own_slot =
			slot > 0 ? floor(reading_seconds(series, item_size, i) / slot) : 0;
		if (i && i + 1 < series->count && own_slot == kept_slot)
			continue;
		memmove(items + kept++ * item_size, items + i * item_size, item_size);
		kept_slot = own_slot;
	}
	series->count = kept;
}

static enum status series_add(struct array *series, size_t item_size, const void *reading)
{
	if (series->count >= HISTORY_READINGS_MAX)
		series_thin(series, item_size);
	void *item;
	enum status status = array_add(series, item_size, &item);
	if (status)
		return status;
	memcpy(item, reading, item_size);
	return STATUS_OK;
}

enum status history_add_memory(struct history *history, const struct memory_usage *usage)
{
	return series_add(&history->memory, sizeof(*usage), usage);
}

enum status history_add_objects(struct history *history, const struct object_reading *reading)
{
	return series_add(&history->objects, sizeof(*reading), reading);
}

static void history_note_objects(struct history *history, const struct sample *sample)
{
	if (!sample->census)
		return;
	const struct object_reading reading = {
		.seconds = sample->seconds,
		.objects = sample->census->totals.objects,
		.bytes = sample->census->totals.bytes,
	};
	// Where memory is short there is one reading less.
	enum status status = history_add_objects(history, &reading);
	if (!status)
		status = type_series_add(&history->types, sample->census);
	(void)status;
}

// Growth is measured from the baseline: one without a census serves only until there is another.
static bool baseline_is_poorer(const struct sample *baseline, const struct sample *sample)
{
	return !baseline || (!baseline->census && sample->census);
}

void history_add_sample_take(struct history *history, struct sample *sample)
{
	struct sample *oldest = history->previous, *baseline = history->baseline;
	history_note_objects(history, sample);
	history->previous = history->current;
	history->current = sample;
	if (baseline_is_poorer(baseline, sample))
		history->baseline = sample;
	history_release(history, oldest);
	if (baseline != oldest)
		history_release(history, baseline);
}

void history_set_baseline(struct history *history)
{
	struct sample *dropped = history->baseline;
	history->baseline = history->current;
	history_release(history, dropped);
}
