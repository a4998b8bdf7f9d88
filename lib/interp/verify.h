// SPDX-License-Identifier: MIT
// Whether a layout fits a running interpreter, judged by objects that every interpreter has.
#pragma once

#include "base/error.h"

struct runtime;
struct target;

// Reads, live, static types, the interpreter states, their collectors' lists and sys.modules through
// runtime->layout and compares them with what must be there. runtime needs layout, address and
// well_known. STATUS_INVALID: the layout is another one's; err names the field and what is wrong with
// it. STATUS_NOT_PYTHON: the interpreter is starting up or going away, err says which.
// STATUS_PERMISSION, STATUS_GONE.
must_check enum status verify_layout(
	const struct runtime *runtime, const struct target *target, struct error *err);
