// SPDX-License-Identifier: MIT
// What a leak consists of, by simple rules: the containers that grow, pymalloc's free memory, and
// the rest.
#pragma once

#include "analysis/verdict.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { CAUSES_MAX = 8 };

enum cause_kind {
	CAUSE_CONTAINER,     // entries that are added and not removed
	CAUSE_GARBAGE,	     // gc.garbage
	CAUSE_FRAGMENTATION, // free memory in pymalloc's arenas
	CAUSE_NATIVE,	     // none of these: memory that is not Python's
	CAUSE_KINDS,
};

struct census_container;
struct filler;

struct cause {
	enum cause_kind kind;
	const char *path, *type; // of a container; NULL: unknown; borrowed from the history
	const struct census_container *container; // likewise
	const struct filler *filled_by; // filler_count of them, borrowed likewise
	size_t filler_count;
	double share; // of the growth, 0 to 1
};

struct causes {
	struct cause items[CAUSES_MAX]; // the largest share first
	size_t count;
	char advice[256]; // what to do next, one sentence
};

// The name in JSON, such as "container".
const char *cause_name(enum cause_kind kind);

// Adds the words after a share of the growth: "in __main__.cache (dict), filled in
// get_user (service.py:27)".
void cause_add_words(const struct cause *cause, struct text *text);

// growth and verdict are as for verdict_reach(). If there is no leak, there are no causes, but
// still advice.
void causes_find(const struct history *history, const struct growth *growth,
	const struct verdict *verdict, struct causes *ret);
