// SPDX-License-Identifier: MIT
// The offsets that an interpreter publishes about itself: _Py_DebugOffsets, the first member of
// _PyRuntime since 3.13. They state about one field in six of those that we need, and nothing of
// the lists of the collector, of dict keys or of the allocator: they check a table, and correct it
// where the structs that they say nothing more about have the same size.
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stddef.h>

enum { PUBLISHED_SIZE_MAX = 888 }; // what is worth reading from the start of _PyRuntime

// Compares a layout with the published bytes, which are foreign and may be fewer than
// PUBLISHED_SIZE_MAX. STATUS_NOT_FOUND: nothing is published here, in a form we know;
// STATUS_INVALID: err names the first field in which they differ.
must_check enum status published_check(
	const struct layout *layout, const void *bytes, size_t size, struct error *err);

// What is published of one field. False where nothing is.
bool published_read(const void *bytes, size_t size, enum layout_field field, uint32_t *ret);

// A copy of the layout with the published values in their fields, as LAYOUT_PUBLISHED, for version
// (0x030d05). Fields of _PyRuntime that may have moved with them become LAYOUT_UNKNOWN. The caller frees
// *ret with layout_destroy(). STATUS_NOT_FOUND as above; STATUS_UNSUPPORTED: a struct with fields that
// are not published has another size, so that their places cannot be known.
must_check enum status published_apply(const struct layout *layout, uint32_t version,
	const void *bytes, size_t size, struct layout **ret, struct error *err);
