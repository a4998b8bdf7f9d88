// SPDX-License-Identifier: MIT
// Checks whether a layout fits a running interpreter, by objects that every interpreter has.
#pragma once

#include "base/error.h"

struct runtime;
struct target;

// Reads static types, the interpreter states, their collectors' lists and sys.modules of the live
// process through runtime->layout and compares them with what must be there. Uses layout, address
// and well_known of runtime. STATUS_INVALID: the layout does not fit; err names the field and what
// is wrong with it. STATUS_NOT_PYTHON: the interpreter is starting up or shutting down; err says
// which. STATUS_PERMISSION, STATUS_GONE.
must_check enum status verify_layout(
	const struct runtime *runtime, const struct target *target, struct error *err);
