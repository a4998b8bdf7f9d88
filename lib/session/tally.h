// SPDX-License-Identifier: MIT
// How many objects each of the collectors' generations holds, counted in slices.
#pragma once

#include "base/error.h"
#include "result/address.h"
#include "result/sample.h"

#include <stddef.h>
#include <stdint.h>

struct image;
struct interpreter;
struct runtime;

// Filled in with the first four, which are borrowed; the rest is where it stands.
struct tally {
	const struct runtime *runtime;
	const struct image *image;
	const struct interpreter *interpreters;
	size_t interpreter_count;

	struct sample_interpreter *results; // interpreter_count of them
	uint64_t most; // that one list can hold
	size_t interpreter;
	unsigned generation;
	addr_t at; // 0: at the start of the generation
};

// Makes the results, with what is known without counting. The caller frees them. STATUS_NO_MEMORY.
must_check enum status tally_begin(struct tally *tally);

// Counts on over at most budget objects. STATUS_MORE: call again; STATUS_OK: done. A list that is
// broken is counted up to there.
must_check enum status tally_step(struct tally *tally, size_t budget);
