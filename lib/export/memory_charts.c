// SPDX-License-Identifier: MIT
#include "export/memory_charts.h"

#include "analysis/composition.h"
#include "base/guard.h"
#include "export/chart.h"
#include "store/store.h"

#include <math.h>
#include <stdlib.h>

enum { LAYERS_MAX = 6 };

// A chart under construction: the readings that it shows, and their figures.
struct plot {
	const struct reading *readings;
	size_t *picked;
	size_t count;
	double *seconds;
	double *values[LAYERS_MAX];
};

static void plot_deinit(struct plot *plot)
{
	free(plot->picked);
	free(plot->seconds);
	for (size_t i = 0; i < LAYERS_MAX; i++)
		free(plot->values[i]);
}

static enum status plot_init(struct plot *plot, const struct reading *readings, size_t count)
{
	*plot = (struct plot){.readings = readings};
	plot->picked = calloc(count + 1, sizeof(*plot->picked));
	plot->seconds = calloc(CHART_POINTS_MAX, sizeof(*plot->seconds));
	bool failed = !plot->picked || !plot->seconds;
	for (size_t i = 0; i < LAYERS_MAX; i++) {
		plot->values[i] = calloc(CHART_POINTS_MAX, sizeof(*plot->values[i]));
		failed |= !plot->values[i];
	}
	return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static double rss_of(const struct plot *plot, size_t point)
{
	return (double)plot->readings[plot->picked[point]].memory.rss_bytes;
}

// If there are more readings than a chart shows, divides the time into pieces and keeps the lowest
// and the highest reading of each, so that no peak is lost; also keeps the first and the last.
static void thin(struct plot *plot)
{
	enum { PIECES = CHART_POINTS_MAX / 2 - 1 };
	if (plot->count <= CHART_POINTS_MAX)
		return;
	size_t inner = plot->count - 2, kept = 1;
	for (size_t piece = 0; piece < PIECES; piece++) {
		size_t start = 1 + inner * piece / PIECES, end = 1 + inner * (piece + 1) / PIECES;
		size_t low = start, high = start;
		for (size_t i = start; i < end; i++) {
			low = rss_of(plot, i) < rss_of(plot, low) ? i : low;
			high = rss_of(plot, i) > rss_of(plot, high) ? i : high;
		}
		size_t early = plot->picked[low < high ? low : high];
		size_t late = plot->picked[low < high ? high : low];
		plot->picked[kept++] = early;
		if (late != early)
			plot->picked[kept++] = late;
	}
	plot->picked[kept++] = plot->picked[plot->count - 1];
	plot->count = kept;
}

typedef bool (*is_shown)(const struct reading *reading);

static bool any(const struct reading *reading)
{
	(void)reading;
	return true;
}

static bool has_split(const struct reading *reading)
{
	return reading->memory.has_split;
}

static bool has_heap_and_split(const struct reading *reading)
{
	return reading->has_heap && reading->memory.has_split;
}

// Leaves out readings whose seconds go back or are not a time, which a damaged file may have.
static void pick(struct plot *plot, size_t count, is_shown shown)
{
	plot->count = 0;
	double last = -INFINITY;
	for (size_t i = 0; i < count; i++) {
		double seconds = plot->readings[i].seconds;
		if (!shown(&plot->readings[i]) || !(seconds >= last) || fabs(seconds) > 1e12)
			continue;
		plot->picked[plot->count++] = i;
		last = seconds;
	}
	thin(plot);
	for (size_t i = 0; i < plot->count; i++)
		plot->seconds[i] = plot->readings[plot->picked[i]].seconds;
}

static const struct reading *reading_of(const struct plot *plot, size_t point)
{
	return &plot->readings[plot->picked[point]];
}

static void draw(const struct plot *plot, const struct chart *look, struct text *text)
{
	struct chart chart = *look;
	chart.seconds = plot->seconds;
	chart.count = plot->count;
	chart.end_time_ms = reading_of(plot, plot->count - 1)->taken_ms;
	chart_add(&chart, text);
}

static void add_rss(struct plot *plot, struct text *text)
{
	for (size_t i = 0; i < plot->count; i++)
		plot->values[0][i] = rss_of(plot, i);
	const struct chart_layer layer = {"RSS", "rss", plot->values[0]};
	const struct chart look = {
		.title = "Resident memory", .is_cut = true, .layers = &layer, .layer_count = 1};
	draw(plot, &look, text);
}

static void add_heap_kinds(struct plot *plot, struct text *text)
{
	for (size_t i = 0; i < plot->count; i++) {
		const struct composition parts = composition_of(reading_of(plot, i));
		plot->values[0][i] = (double)parts.python;
		plot->values[1][i] = (double)parts.pymalloc_free;
		plot->values[2][i] = (double)parts.other_heap;
		plot->values[3][i] = (double)parts.files;
		plot->values[4][i] = (double)parts.stacks;
		plot->values[5][i] = (double)parts.shared;
	}
	const struct chart_layer layers[] = {
		{"Python objects", "python", plot->values[0]},
		{"free in pymalloc", "free", plot->values[1]},
		{"other heap", "other", plot->values[2]},
		{"files", "files", plot->values[3]},
		{"stacks", "stacks", plot->values[4]},
		{"shared", "shared", plot->values[5]},
	};
	const struct chart look = {.title = "Memory by kind",
		.layers = layers,
		.layer_count = sizeof(layers) / sizeof(*layers)};
	draw(plot, &look, text);
}

// Without the heap: the kinds of memory that the kernel distinguishes.
static void add_mapped_kinds(struct plot *plot, struct text *text)
{
	for (size_t i = 0; i < plot->count; i++) {
		const struct memory_usage *memory = &reading_of(plot, i)->memory;
		plot->values[0][i] = (double)memory->brk_bytes;
		plot->values[1][i] = (double)memory->anonymous_bytes;
		plot->values[2][i] = (double)memory->file_bytes;
		plot->values[3][i] = (double)memory->stack_bytes;
		plot->values[4][i] = (double)memory->shared_bytes;
	}
	const struct chart_layer layers[] = {
		{"heap (brk)", "python", plot->values[0]},
		{"anonymous", "other", plot->values[1]},
		{"files", "files", plot->values[2]},
		{"stacks", "stacks", plot->values[3]},
		{"shared", "shared", plot->values[4]},
	};
	const struct chart look = {.title = "Memory by kind",
		.layers = layers,
		.layer_count = sizeof(layers) / sizeof(*layers)};
	draw(plot, &look, text);
}

enum status memory_charts_add(
	struct text *text, const struct reading *readings, size_t count, struct error *err)
{
	enum { LEAST = 2 };
	AUTO(plot_deinit) struct plot plot;
	if (plot_init(&plot, readings, count))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the charts");
	pick(&plot, count, any);
	if (plot.count >= LEAST)
		add_rss(&plot, text);
	pick(&plot, count, has_heap_and_split);
	if (plot.count >= LEAST) {
		add_heap_kinds(&plot, text);
		return STATUS_OK;
	}
	pick(&plot, count, has_split);
	if (plot.count >= LEAST)
		add_mapped_kinds(&plot, text);
	return STATUS_OK;
}
