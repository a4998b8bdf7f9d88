// SPDX-License-Identifier: MIT
// Where the well-known objects and _PyRuntime of an interpreter are. Others call runtime_create().
#pragma once

#include "base/error.h"

#include <stdint.h>

struct runtime;
struct interpreter_file;
struct target;

// Fills in runtime->well_known by symbols. Where the type of types has none, all types are looked for
// by their names in the data of the interpreter. STATUS_NOT_PYTHON: not found either.
must_check enum status discover_types(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, struct error *err);

// The same without symbols: types by their names, and None, in the data of the object at path. Sets
// runtime->header_extra, too. STATUS_NOT_FOUND: nothing there is the type of types.
must_check enum status discover_search_types(
	struct runtime *runtime, const struct target *target, const char *path);

// Sets runtime->address, and *ret_size to its size or 0: by the symbol, or for a known version and
// type by what must be there. STATUS_NOT_PYTHON.
must_check enum status discover_runtime(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t *ret_size, struct error *err);

// The same without symbols, in the data of the object at path: runtime->version, the types and
// header_extra are known. STATUS_NOT_FOUND.
must_check enum status discover_search_runtime(
	struct runtime *runtime, const struct target *target, const char *path);
