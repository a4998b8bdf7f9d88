// SPDX-License-Identifier: MIT
#include "result/reading.h"

#include "result/sample.h"

struct reading sample_reading(const struct sample *sample)
{
	struct reading reading = {
		.taken_ms = sample->taken_ms,
		.seconds = sample->seconds,
		.memory = sample->memory,
		.copy = sample->copy,
		.has_heap = sample->census,
	};
	if (sample->census)
		reading.totals = sample->census->totals;
	return reading;
}
