// SPDX-License-Identifier: MIT
// Writes and reads the collectors, threads and unreached blocks of a sample.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct names;
struct sample;
struct store;

// All borrowed.
struct lists {
	struct store *store;
	struct names *names;
	int64_t id; // of the sample
};

must_check enum status lists_write(
	const struct lists *lists, const struct sample *sample, struct error *err);

// Fills in the lists of a sample, and of its census if it has one; they must be empty. After a
// failure the sample owns what was read so far.
must_check enum status lists_read(
	const struct lists *lists, struct sample *sample, struct error *err);
