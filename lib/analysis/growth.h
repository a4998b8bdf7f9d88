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

// A container of the later sample that grew or shrank: either both samples have it, at the same
// address and with the same type, or it is new.
struct growth_container {
	size_t after; // position in the later census's containers
	size_t order; // among the containers of the growth, in the order of that position
	bool is_new;  // not in the earlier census; its length before is the greatest possible one
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
	size_t *by_position;		     // indices into containers, ordered by their positions
	size_t container_count;
	int64_t objects_delta, bytes_delta; // of all Python objects
};

// Of the new containers the longest count, at most GROWTH_NEW_MAX. If the earlier sample has all
// containers, only those longer than GROWTH_NEW_LEAST count: every object that leaks may own a dict
// or a list.
enum { GROWTH_NEW_MAX = 1000, GROWTH_NEW_LEAST = 64 };

// Compares two samples that both have a census, by what both of them have. The result borrows from
// both. STATUS_NO_MEMORY.
must_check enum status growth_create(const struct sample *before, const struct sample *after,
	struct growth **ret, struct error *err);

// The same, but containers that the earlier sample does not have also count as grown: from nothing,
// or from before->census->least_length, since a file leaves out short ones. A program makes and
// drops containers all the time, so a new one counts only if the sample between the two has it too.
// Without that sample (NULL, or no census), it counts if a module holds it.
must_check enum status growth_create_with_new(const struct sample *before,
	const struct sample *after, const struct sample *between, struct growth **ret,
	struct error *err);
void growth_destroy(struct growth *growth);
GUARD(struct growth, growth_destroy)

// The growth of the container at a position of the later census. NULL: it did not change, or growth
// is NULL.
const struct growth_container *growth_find_container(const struct growth *growth, size_t position);

// after - before, limited to the range of the type, since figures from files are not trusted.
int64_t growth_difference(uint64_t before, uint64_t after);

// 0 if no time passed.
double growth_per_minute(int64_t delta, double seconds);
