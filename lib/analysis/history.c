// SPDX-License-Identifier: MIT
#include "analysis/history.h"

#include <math.h>
#include <string.h>

// Destroys a sample that the history had, unless the history still has it in another role.
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
	series_deinit(&history->memory);
	series_deinit(&history->objects);
	type_series_deinit(&history->types);
	identity_deinit(&history->identity);
	*history = (struct history){0};
}

// The length of slots that leave at most half of a series: a power of two seconds. Slots of the
// next thinning consist of whole slots of this one, so that old readings stay evenly spaced.
static double slot_seconds(const struct series *series)
{
	double range = series->items[series->count - 1].seconds - series->items[0].seconds;
	if (!(range > 0) || !isfinite(range))
		return 0;
	return exp2(ceil(log2(range / (HISTORY_READINGS_MAX / 2.0 - 2))));
}

// Keeps the first reading of each slot, and the last reading.
static void thin(struct series *series)
{
	double slot = slot_seconds(series), kept_slot = 0;
	size_t kept = 0;
	for (size_t i = 0; i < series->count; i++) {
		double own_slot = slot > 0 ? floor(series->items[i].seconds / slot) : 0;
		if (i && i + 1 < series->count && own_slot == kept_slot)
			continue;
		series->items[kept++] = series->items[i];
		kept_slot = own_slot;
	}
	series->count = kept;
}

static enum status add_point(struct series *series, double seconds, uint64_t bytes)
{
	if (series->count >= HISTORY_READINGS_MAX)
		thin(series);
	return series_add(series, (struct trend_point){seconds, (double)bytes});
}

enum status history_add_memory(struct history *history, const struct memory_usage *usage)
{
	enum status status = add_point(&history->memory, usage->seconds, usage->rss_bytes);
	if (!status)
		history->latest = *usage;
	return status;
}

enum status history_add_objects(struct history *history, double seconds, uint64_t bytes)
{
	return add_point(&history->objects, seconds, bytes);
}

static void history_note_objects(struct history *history, const struct sample *sample)
{
	if (!sample->census)
		return;
	// If memory is short, the series has one reading less.
	enum status status =
		history_add_objects(history, sample->seconds, sample->census->totals.bytes);
	if (!status)
		status = type_series_add(&history->types, sample->census);
	(void)status;
}

// Growth is measured from the baseline: a sample without a census is replaced by the first one with
// one.
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
