// SPDX-License-Identifier: MIT
// A recording of the leaking service, made by hand, and what drives an exporter through it.
#pragma once

#include "../test.h"
#include "../view/service.h"
#include "export/export.h"

#include "base/guard.h"

enum { RECORDED_READINGS = 900, RECORDED_SAMPLES = 9 };

struct recorded {
	struct service service;
	struct reading readings[RECORDED_READINGS];
	struct sample *samples[RECORDED_SAMPLES];
};

static const int64_t recorded_time_ms = 1714564800000; // 2024-05-01 12:00:00 UTC

static inline struct reading recorded_reading(const struct sample *sample, double seconds)
{
	struct reading reading = {.seconds = seconds,
		.taken_ms = recorded_time_ms + (int64_t)(seconds * 1000),
		.memory = sample->memory,
		.copy = sample->copy,
		.has_heap = true,
		.totals = sample->census->totals};
	reading.totals.containers = sample->census->container_count;
	return reading;
}

// Readings at 5 seconds, every other one without a heap; memory that grows and breathes.
static inline void recorded_make_readings(struct recorded *recorded)
{
	const struct sample *sample = recorded->service.results.history.current;
	for (unsigned i = 0; i < RECORDED_READINGS; i++) {
		struct reading reading = recorded_reading(sample, 5.0 * i);
		uint64_t growth = (uint64_t)i << 18, wave = (i % 90) << 17;
		reading.memory.rss_bytes += growth + wave;
		reading.memory.anonymous_bytes += growth + wave;
		reading.totals.bytes = (60u << 20) + growth;
		reading.has_heap = i % 2 == 0;
		reading.copy.attempts = reading.has_heap;
		recorded->readings[i] = reading;
	}
}

static inline void recorded_start(struct recorded *recorded)
{
	service_start(&recorded->service);
	recorded_make_readings(recorded);
	for (unsigned i = 0; i < RECORDED_SAMPLES; i++) {
		recorded->samples[i] = make_sample(i + 1, 1000 + 5 * i);
		service_heap(recorded->samples[i], i);
	}
}

static inline void recorded_stop(struct recorded *recorded)
{
	for (unsigned i = 0; i < RECORDED_SAMPLES; i++)
		sample_destroy(recorded->samples[i]);
	service_stop(&recorded->service);
}

// What an exporter is driven through.
struct recorded_drive {
	const struct results *results;
	const struct reading *readings;
	size_t reading_count;
	struct sample *const *samples;
	size_t sample_count;
	int64_t last_ms; // when the last sample was taken; 0: as the results say
	const char *host;
	size_t processes, left_out; // the same one several times
	const char *table;
	size_t rows;
};

static inline struct recorded_drive recorded_whole(const struct recorded *recorded)
{
	return (struct recorded_drive){.results = &recorded->service.results,
		.readings = recorded->readings,
		.reading_count = RECORDED_READINGS,
		.samples = recorded->samples,
		.sample_count = RECORDED_SAMPLES,
		.host = "host",
		.processes = 1};
}

static inline enum status recorded_write(void *context, const char *text, struct error *err)
{
	(void)err;
	text_add(context, text);
	return ((const struct text *)context)->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static inline enum status recorded_process(const struct exporter *exporter, void *export,
	const struct recorded_drive *drive, unsigned wants)
{
	struct export_target target = {
		.identity = drive->results->history.identity, .host = drive->host, .boot_id = "b"};
	if (wants & EXPORT_RESULTS) {
		target.results = drive->results;
		target.last = sample_reading(drive->results->history.current);
		if (drive->last_ms)
			target.last.taken_ms = drive->last_ms;
	}
	enum status status = exporter->target(export, &target, NULL);
	for (size_t i = 0; !status && wants & EXPORT_READINGS && i < drive->reading_count; i++)
		status = exporter->reading(export, &drive->readings[i], NULL);
	for (size_t i = 0; !status && wants & EXPORT_SAMPLES && i < drive->sample_count; i++)
		status = exporter->sample(export, drive->samples[i], NULL);
	return status || !exporter->target_end ? status : exporter->target_end(export, NULL);
}

// Adds what the exporter writes to a text.
static inline enum status recorded_drive(
	const struct exporter *exporter, const struct recorded_drive *drive, struct text *text)
{
	const struct export_sink sink = {recorded_write, text};
	const struct export_options options = {
		.sink = &sink, .table = drive->table, .title = "leaktop", .rows = drive->rows};
	void *export = NULL;
	enum status status = exporter->begin(&options, &export, NULL);
	for (size_t i = 0; !status && i < drive->processes; i++)
		status = recorded_process(exporter, export, drive, exporter->wants(&options));
	if (!status)
		status = exporter->end(export, drive->left_out, NULL);
	exporter->destroy(export);
	return status;
}

// The whole of it. The caller frees it.
static inline char *recorded_text(
	const struct exporter *exporter, const struct recorded_drive *drive)
{
	struct text text = {0};
	CHECK(!recorded_drive(exporter, drive, &text));
	return text_take(&text);
}
