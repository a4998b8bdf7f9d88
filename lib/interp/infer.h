// SPDX-License-Identifier: MIT
// The layout of a build that no table describes, found by its structure. Objects are laid out alike
// in all releases of a minor version; what moves between them, or by the options of a build, are the
// structs that lead to the objects: _PyRuntime, PyInterpreterState, PyThreadState and the
// collector's. Their fields are looked for where a table of the minor version has them, and nearby.
#pragma once

#include "base/error.h"

struct layout;
struct runtime;
struct target;

// Places the fields of those structs for runtime, whose layout is not looked at: by what the target
// publishes, else by what must lie there (a list that leads back, the dict of the module sys), else
// between two that moved by the same distance. What cannot be placed is LAYOUT_UNKNOWN. The caller
// has the result checked as any layout, and frees it with layout_destroy(). STATUS_NOT_FOUND: err
// names the field that cannot be found; STATUS_NO_MEMORY; STATUS_UNSUPPORTED.
must_check enum status infer_layout(const struct runtime *runtime, const struct target *target,
	const struct layout *table, struct layout **ret, struct error *err);
