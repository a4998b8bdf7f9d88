// SPDX-License-Identifier: MIT
// The figures of a sample: everything except its lists.
#pragma once

#include "result/census.h"
#include "result/copy_report.h"
#include "result/memory_usage.h"

#include <stdbool.h>
#include <stdint.h>

struct sample;

struct reading {
	int64_t taken_ms;
	double seconds;
	struct memory_usage memory; // without .seconds, which the reading has
	struct copy_report copy;
	bool has_heap;
	struct census_totals totals; // if has_heap
};

struct reading sample_reading(const struct sample *sample);
