// SPDX-License-Identifier: MIT
// The charts of the report: resident memory, and memory by kind.
#pragma once

#include "base/error.h"
#include "base/text.h"

#include <stddef.h>

struct reading;

// Adds the charts of readings, which must be in order of time. A chart needs two readings that know
// its figures. STATUS_NO_MEMORY.
must_check enum status memory_charts_add(
	struct text *text, const struct reading *readings, size_t count, struct error *err);
