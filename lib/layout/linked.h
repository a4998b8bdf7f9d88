// SPDX-License-Identifier: MIT
// Builds with Py_TRACE_REFS. Up to 3.12 these link all objects with each other by two words in front
// of the count of references (Include/object.h, _PyObject_HEAD_EXTRA), which moves all else in an
// object behind them. From 3.13 on they keep a table apart.
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stdbool.h>
#include <stdint.h>

// Whether such builds of a version (0x030c06) have the links.
bool linked_is_possible(uint32_t version);

// Moves the fields of objects in a layout of usual builds behind the links. In which structs of the
// interpreter there are objects, and what lies behind those, is not known: the result is to be completed
// by lib/interp/infer.h. The caller frees *ret with layout_destroy(). STATUS_NO_MEMORY.
must_check enum status linked_create(
	const struct layout *layout, struct layout **ret, struct error *err);
