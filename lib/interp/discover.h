// SPDX-License-Identifier: MIT
// Finds an interpreter's well-known objects and _PyRuntime. For runtime_create() only.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct runtime;
struct interpreter_file;
struct target;

// Fills in runtime->well_known by symbols. If the type "type" has no symbol, looks for all types by
// their names in the data of the interpreter. STATUS_NOT_PYTHON: these are not found either.
must_check enum status discover_types(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, struct error *err);

// Does the same without symbols: finds types by their names, and None, in the data of the object
// file at path. Sets runtime->header_extra too. STATUS_NOT_FOUND: the type "type" is not there.
must_check enum status discover_search_types(
	struct runtime *runtime, const struct target *target, const char *path);

// Sets runtime->address, and *ret_size to its size or 0: by the symbol; or, if version and types
// are known, by what _PyRuntime must contain. STATUS_NOT_PYTHON.
must_check enum status discover_runtime(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t *ret_size, struct error *err);

// Does the same without symbols, in the data of the object file at path; runtime->version, the
// types and header_extra must be set. STATUS_NOT_FOUND.
must_check enum status discover_search_runtime(
	struct runtime *runtime, const struct target *target, const char *path);
