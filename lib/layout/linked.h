// SPDX-License-Identifier: MIT
// Builds with Py_TRACE_REFS. Up to 3.12 they link all objects with each other by two words in front
// of the reference count (Include/object.h, _PyObject_HEAD_EXTRA), which moves the rest of an
// object. From 3.13 on they keep a separate table.
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stdbool.h>
#include <stdint.h>

// Whether builds of a version (0x030c06) with Py_TRACE_REFS have the links.
bool linked_is_possible(uint32_t version);

// Makes a copy of a normal build's layout in which the fields of objects are moved by the size of
// the links. Structs of the interpreter that contain objects are not corrected: lib/interp/infer.h
// must complete the result. The caller frees *ret with layout_destroy(). STATUS_NO_MEMORY.
must_check enum status linked_create(
	const struct layout *layout, struct layout **ret, struct error *err);
