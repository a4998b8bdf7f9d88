// SPDX-License-Identifier: MIT
// Finds the layout of a build that no table describes by its structure. Objects have the same
// structs in all releases of a minor version. Releases and build options change the structs that
// lead to the objects: _PyRuntime, PyInterpreterState, PyThreadState and the collector's state.
// Their fields are looked for at and near the offsets that a table of the minor version has.
#pragma once

#include "base/error.h"

struct layout;
struct runtime;
struct target;

// Places the fields of those structs for runtime, whose own layout is ignored. Uses, in this order:
// what the target publishes; what must be there (a list that leads back, the dict of the module
// sys); the distance by which both neighbours moved. A field that cannot be placed becomes
// LAYOUT_UNKNOWN. The caller must verify the result, and frees it with layout_destroy().
// STATUS_NOT_FOUND: err names the field that cannot be found; STATUS_NO_MEMORY; STATUS_UNSUPPORTED.
must_check enum status infer_layout(const struct runtime *runtime, const struct target *target,
	const struct layout *table, struct layout **ret, struct error *err);
