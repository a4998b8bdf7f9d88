// SPDX-License-Identifier: MIT
// What a leak is made of, by plain rules: the containers that grow, pymalloc's free memory, and what
// is left.
#pragma once

#include "analysis/verdict.h"

#include <stdbool.h>
#include <stddef.h>

enum { CAUSES_MAX = 8 };

struct cause {
	const char *class; // "container", "garbage", "fragmentation", "native"
	const char *path, *type; // of a container, NULL where not known; borrowed from the history
	double share;	   // of the growth, 0 to 1
};

struct causes {
	struct cause items[CAUSES_MAX]; // most to blame first
	size_t count;
	char advice[256]; // what to do next, one sentence
};

// growth and verdict as for verdict_reach(). Without a leak there are no causes, and advice all the
// same.
void causes_find(const struct history *history, const struct growth *growth,
	const struct verdict *verdict, struct causes *ret);
