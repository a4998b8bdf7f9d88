// SPDX-License-Identifier: MIT
// Which layout a runtime has.
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stdint.h>

struct runtime;
struct interpreter_file;
struct target;

// Sets runtime->layout, and runtime->owned_layout where it is no built-in table: the first that
// passes the whole self-check of
//
//	the tables of the exact version and size	no file is read for them; where objects are
//							linked (layout/linked.h) none is right
//	a table of the minor version, corrected by what the target publishes (3.13+)
//	the target's own debug information
//	the first two once more, by tables in which a place is not known yet (layout/layouts.in): what
//							reads it acts as if this CPython had no such field
//	a table of the minor version, completed by structure
//
// runtime_size is that of _PyRuntime, 0 where it is not known. file may be NULL: there is no file
// with debug information. STATUS_NOT_PYTHON with one sentence: what is wrong with the tables, or that
// there is none. STATUS_UNREADABLE, STATUS_PERMISSION, STATUS_GONE.
must_check enum status select_layout(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t runtime_size, struct error *err);

// The layout of a known runtime by one source alone, checked like any. file may be NULL, too. The
// caller frees *ret with layout_destroy(). err says why there is none: STATUS_NOT_FOUND,
// STATUS_INVALID, STATUS_UNSUPPORTED; STATUS_PERMISSION, STATUS_GONE.
must_check enum status select_by_source(const struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, enum layout_source source, struct layout **ret,
	struct error *err);
