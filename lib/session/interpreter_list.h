// SPDX-License-Identifier: MIT
// What a sample says of the interpreters and their collectors.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct image;
struct interpreter;
struct runtime;
struct sample;
struct walk;

// Adds the interpreters to the sample, with what is known without counting. STATUS_NO_MEMORY.
must_check enum status interpreter_list_add(struct sample *sample, const struct runtime *runtime,
	const struct image *image, const struct interpreter *interpreters, size_t count,
	struct error *err);

// Fills in how many objects each generation holds, from a walk over these interpreters that is done or
// has failed.
void interpreter_list_count(struct sample *sample, struct walk *walk);
