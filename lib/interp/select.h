// SPDX-License-Identifier: MIT
// Chooses the layout of a runtime.
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stdint.h>

struct runtime;
struct interpreter_file;
struct target;

// Sets runtime->layout, and runtime->owned_layout if it is not a built-in table. Takes the first of
// these that passes the whole self-check:
//
//	the tables of the exact version and size	no file is read for this; not if objects are
//							linked (layout/linked.h)
//	a table of the minor version, corrected by what the target publishes (3.13+)
//	the target's own debug information
//	the first two again, with tables that have unknown fields (layout/layouts.in), which are
//							treated as absent
//	a table of the minor version, completed by structure
//
// runtime_size is the size of _PyRuntime; 0: unknown. file may be NULL if there is no file with
// debug information. STATUS_NOT_PYTHON: err says in one sentence what is wrong with the tables, or
// that there is none. STATUS_UNREADABLE, STATUS_PERMISSION, STATUS_GONE.
must_check enum status select_layout(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t runtime_size, struct error *err);

// Makes the layout of a known runtime from one source only, and checks it in the same way. file may
// be NULL. The caller frees *ret with layout_destroy(). err says why there is none:
// STATUS_NOT_FOUND, STATUS_INVALID, STATUS_UNSUPPORTED; STATUS_PERMISSION, STATUS_GONE.
must_check enum status select_by_source(const struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, enum layout_source source, struct layout **ret,
	struct error *err);
