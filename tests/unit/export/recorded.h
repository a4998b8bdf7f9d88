// SPDX-License-Identifier: MIT
// A recording of the leaking service, made by hand: what the exporters of files take.
#pragma once

#include "../test.h"
#include "../view/service.h"
#include "export/course.h"

struct recorded {
	struct service service;
	struct course course;
};

enum { RECORDED_READINGS = 900 };

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
static inline bool recorded_add_readings(struct recorded *recorded)
{
	const struct sample *sample = recorded->service.results.history.current;
	bool good = true;
	for (unsigned i = 0; good && i < RECORDED_READINGS; i++) {
		struct reading reading = recorded_reading(sample, 5.0 * i);
		uint64_t growth = (uint64_t)i << 18, wave = (i % 90) << 17;
		reading.memory.rss_bytes += growth + wave;
		reading.memory.anonymous_bytes += growth + wave;
		reading.totals.bytes = (60u << 20) + growth;
		reading.has_heap = i % 2 == 0;
		reading.copy.attempts = reading.has_heap;
		good = !course_add_reading(&recorded->course, &reading);
	}
	return good;
}

static inline bool recorded_start(struct recorded *recorded)
{
	service_start(&recorded->service);
	bool good = !course_init(&recorded->course, &recorded->service.results);
	for (unsigned i = 0; good && i < 9; i++) {
		struct sample *sample = make_sample(i + 1, 1000 + 5 * i);
		service_heap(sample, i);
		course_add_point(&recorded->course, sample);
		sample_destroy(sample);
	}
	return good && recorded_add_readings(recorded);
}

static inline void recorded_stop(struct recorded *recorded)
{
	course_deinit(&recorded->course);
	service_stop(&recorded->service);
}
