// SPDX-License-Identifier: MIT
// One step of a path: how Python would write the way from an object to one that it references.
// Internal to heap/path.
#pragma once

#include "base/text.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdbool.h>
#include <stdint.h>

struct path_step {
	enum edge edge;
	uint64_t detail;
};

// How the keys of the dict that a step leads to are written.
enum path_names {
	PATH_DATA,	 // not shown: they are the program's data
	PATH_GLOBALS,	 // ["name"]: names of variables, shown
	PATH_ATTRIBUTES, // .name: and the dict itself is passed over
};

// What the keys are of a dict that this step leads to.
enum path_names path_step_names(const struct path_step *step);

// Adds the text of the step. names says what the keys are of the object that it leaves.
void path_step_add(const struct heap *heap, const struct path_step *step, enum path_names names,
	bool with_values, struct text *text);

// Adds the name that a str object spells, or "?" where it cannot be read.
void path_name_add(const struct heap *heap, addr_t str, struct text *text);
