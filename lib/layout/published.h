// SPDX-License-Identifier: MIT
// The offsets that an interpreter publishes about itself: _Py_DebugOffsets, the first member of
// _PyRuntime since 3.13. They cover about one in six of the fields that we need, and nothing of the
// collector's lists, dict keys or the allocator. So they serve to check a table, and to correct it
// if the structs that are only partly published have the same size.
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stddef.h>

enum { PUBLISHED_SIZE_MAX = 888 }; // how much to read from the start of _PyRuntime

// Compares a layout with the published bytes, which are not trusted and may be fewer than
// PUBLISHED_SIZE_MAX. STATUS_NOT_FOUND: nothing is published, or not in a known form;
// STATUS_INVALID: err names the first field that differs.
must_check enum status published_check(
	const struct layout *layout, const void *bytes, size_t size, struct error *err);

// Reads the published value of a field. False: it is not published.
bool published_read(const void *bytes, size_t size, enum layout_field field, uint32_t *ret);

// Makes a copy of the layout for version (0x030d05) that has the published values, as
// LAYOUT_PUBLISHED. Fields of _PyRuntime that may have moved with them become LAYOUT_UNKNOWN. The
// caller frees *ret with layout_destroy(). STATUS_NOT_FOUND as above; STATUS_UNSUPPORTED: a struct
// that is only partly published has another size, so the offsets of its other fields are unknown.
must_check enum status published_apply(const struct layout *layout, uint32_t version,
	const void *bytes, size_t size, struct layout **ret, struct error *err);
