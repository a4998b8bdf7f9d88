// SPDX-License-Identifier: MIT
// The charts of the report: resident memory, and memory by kind.
#pragma once

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

// Adds the charts of readings (struct reading, in order of time); each needs two readings
// that know its figures. STATUS_NO_MEMORY.
must_check enum status memory_charts_add(
	const struct array *readings, struct text *text, struct error *err);
