// SPDX-License-Identifier: MIT
// The well-known objects and _PyRuntime of an interpreter.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct runtime;
struct symbols;
struct target;

// Fills in runtime->well_known by symbols. Where the type of types has none, all types are looked for
// by their names in the data of the interpreter. STATUS_NOT_PYTHON: not found either.
must_check enum status known_find_types(struct runtime *runtime, const struct target *target,
	const struct symbols *symbols, struct error *err);

// Sets runtime->address, and *ret_size to its size or 0: by the symbol, or for a known version and
// type by what must be there. STATUS_NOT_PYTHON.
must_check enum status known_find_runtime(struct runtime *runtime, const struct target *target,
	const struct symbols *symbols, uint64_t *ret_size, struct error *err);
