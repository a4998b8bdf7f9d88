// SPDX-License-Identifier: MIT
// The containers of a census that are worth a name and a row: those that grow, and the largest. A
// name costs a look at the image, and containers may be millions.
#pragma once

#include "analysis/growth.h"
#include "base/error.h"
#include "result/census.h"

#include <stddef.h>

// How many are named, shown and exported.
enum { SHORTLIST_MAX = 200 };

// Positions in census->containers, each once, at most limit: up to half of them the fastest growing
// since the baseline, then to three quarters since the previous sample, the rest the longest. Either
// growth may be NULL; both must end in this census. The caller frees *ret. STATUS_NO_MEMORY.
must_check enum status shortlist_create(const struct census *census,
	const struct growth *since_baseline, const struct growth *since_previous, size_t limit,
	size_t **ret, size_t *ret_count);
