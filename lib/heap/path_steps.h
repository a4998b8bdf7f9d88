// SPDX-License-Identifier: MIT
// The references along the ways of many nodes, found together: each object on a way is asked once
// for its references, however many of the ways leave it, since it may have millions. Internal to
// heap/path.
#pragma once

#include "base/array.h"
#include "base/error.h"
#include "heap/path_step.h"

#include <stdbool.h>
#include <stdint.h>

struct walk;

// {0} is empty.
struct path_steps {
	struct array wanted; // struct wanted_step, see path_steps.c
};

void path_steps_deinit(struct path_steps *steps);

// Asks for the reference from one node to another. STATUS_NO_MEMORY.
must_check enum status path_steps_want(
	struct path_steps *steps, const struct walk *walk, uint32_t from, uint32_t to);

// Finds all that were asked for.
void path_steps_find(struct path_steps *steps, const struct walk *walk);

// The first reference that leads from one node to the other; false where none does.
bool path_steps_get(const struct path_steps *steps, const struct walk *walk, uint32_t from,
	uint32_t to, struct path_step *ret);
