// SPDX-License-Identifier: MIT
// The counts of each type over the last samples, for the trend column of the screen.
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

// {0} is empty.
struct type_series {
	struct type_counts *items; // ascending by name; only types that some sample has
	size_t count;
	size_t length; // samples so far, at most TYPE_SERIES_LENGTH
};

void type_series_deinit(struct type_series *series);

// Adds the counts of a census, and drops the oldest ones if there are too many. STATUS_NO_MEMORY:
// the series is unchanged.
must_check enum status type_series_add(struct type_series *series, const struct census *census);

// The series of a type by name, or NULL.
const struct type_counts *type_series_find(const struct type_series *series, const char *name);
