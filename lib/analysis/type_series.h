// SPDX-License-Identifier: MIT
// The counts of each type over the last samples: the trend column of the screen.
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct census;

enum { TYPE_SERIES_LENGTH = 16 };

struct type_counts {
	char *name;
	uint64_t counts[TYPE_SERIES_LENGTH]; // the first length of the series, oldest first
};

// Meant to be read. {0} is empty.
struct type_series {
	struct type_counts *items; // ascending by name; types that are gone from all samples are not
	size_t count;
	size_t length; // samples so far, at most TYPE_SERIES_LENGTH
};

void type_series_deinit(struct type_series *series);

// Adds the counts of a census; the oldest ones go when there are more than fit. STATUS_NO_MEMORY
// leaves the series as it was.
must_check enum status type_series_add(struct type_series *series, const struct census *census);

// The series of a type by name, or NULL.
const struct type_counts *type_series_find(const struct type_series *series, const char *name);
