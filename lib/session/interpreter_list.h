// SPDX-License-Identifier: MIT
// The interpreters of a sample, and their collectors.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct image;
struct interpreter;
struct runtime;
struct sample;
struct walk;

// Adds the interpreters to the sample, with everything that needs no counting. STATUS_NO_MEMORY.
must_check enum status interpreter_list_add(struct sample *sample, const struct runtime *runtime,
	const struct image *image, const struct interpreter *interpreters, size_t count,
	struct error *err);

// Sets how many objects each generation has, from a walk over these interpreters that is done or
// has failed.
void interpreter_list_count(struct sample *sample, struct walk *walk);
