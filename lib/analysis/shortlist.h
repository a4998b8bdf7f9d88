// SPDX-License-Identifier: MIT
// The containers of a census that get a name and a row: those that grow, and the largest. There may
// be millions of containers, and each name needs work on the image.
#pragma once

#include "analysis/growth.h"
#include "base/error.h"
#include "result/census.h"

#include <stddef.h>

// How many are named, shown and exported.
enum { SHORTLIST_MAX = 200 };

// Chooses positions in census->containers, each once, at most limit: up to half of them grew
// fastest since the baseline; up to three quarters, including these, since the previous sample; the
// rest are the longest. A growth may be NULL; both must end in this census. The caller frees *ret.
// STATUS_NO_MEMORY.
must_check enum status shortlist_create(const struct census *census,
	const struct growth *since_baseline, const struct growth *since_previous, size_t limit,
	size_t **ret, size_t *ret_count);
