// SPDX-License-Identifier: MIT
// Growth between two samples: by type and by container.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/sample.h"

#include <stddef.h>
#include <stdint.h>

struct growth_type {
	const char *name; // owned by the samples
	uint64_t count_before, count_after, bytes_before, bytes_after;
	int64_t count_delta, bytes_delta;
	double count_per_minute, bytes_per_minute;
};

// A container that is in both samples: same address, same type.
struct growth_container {
	size_t after; // position in the later census's containers
	const char *type;
	uint64_t length_before, length_after;
	int64_t length_delta;
	double length_per_minute;
};

struct growth {
	double seconds;
	struct growth_type *types; // all types of either sample, largest bytes_delta first
	size_t type_count;
	struct growth_container *containers; // those whose length changed, largest delta first
	size_t container_count;
	int64_t objects_delta, bytes_delta; // of all Python objects
};

// Compares two samples that both have a census. STATUS_NO_MEMORY. The result borrows from both.
must_check enum status growth_create(const struct sample *before, const struct sample *after,
	struct growth **ret, struct error *err);
void growth_destroy(struct growth *growth);
GUARD(struct growth, growth_destroy)

// after - before; a difference beyond the type stays at its end, since the figures are foreign.
int64_t growth_difference(uint64_t before, uint64_t after);

// 0 where no time passed.
double growth_per_minute(int64_t delta, double seconds);
