// SPDX-License-Identifier: MIT
// What a leak is made of, by plain rules: the containers that grow, pymalloc's free memory, and what
// is left.
#pragma once

#include "analysis/verdict.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { CAUSES_MAX = 8 };

enum cause_kind {
	CAUSE_CONTAINER,     // entries that are added and never removed
	CAUSE_GARBAGE,	     // gc.garbage
	CAUSE_FRAGMENTATION, // free memory in pymalloc's arenas
	CAUSE_NATIVE,	     // none of these: not Python's
	CAUSE_KINDS,
};

struct cause {
	enum cause_kind kind;
	const char *path, *type; // of a container, NULL where not known; borrowed from the history
	double share;		 // of the growth, 0 to 1
};

struct causes {
	struct cause items[CAUSES_MAX]; // most to blame first
	size_t count;
	char advice[256]; // what to do next, one sentence
};

// "container": in JSON.
const char *cause_name(enum cause_kind kind);

// Adds what stands behind a share of the growth: "in __main__.cache (dict)".
void cause_add_words(const struct cause *cause, struct text *text);

// growth and verdict as for verdict_reach(). Without a leak there are no causes, and advice all the
// same.
void causes_find(const struct history *history, const struct growth *growth,
	const struct verdict *verdict, struct causes *ret);
