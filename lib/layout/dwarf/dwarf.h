// SPDX-License-Identifier: MIT
// A layout from debug information: the object's own, or a separate file's (layout/dwarf/debug_info.h).
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stddef.h>
#include <stdint.h>

struct debug_request;

// Reads every field of fields.def from the DWARF that belongs to a file, and names what it found in
// layout->origin. version is PY_VERSION_HEX >> 8. The caller frees *ret with layout_destroy().
// STATUS_NOT_FOUND: no debug information; STATUS_UNSUPPORTED: a version nobody described;
// STATUS_INVALID.
must_check enum status layout_from_dwarf(const struct debug_request *request, uint32_t version,
	struct layout **ret, struct error *err);

// The same from several files of ours, the interpreter first and its extension modules behind it:
// some of CPython's structs are known to one module only, which may be part of the interpreter or
// not. A field stated by several files must be the same in all: STATUS_INVALID otherwise. Separate
// debug files are looked for below root ("" or a chroot's directory), then below our own.
must_check enum status layout_from_files(const char *const *paths, size_t count, const char *root,
	uint32_t version, struct layout **ret, struct error *err);

// How many mutexes of the C library lie in the struct of each field before it, 0 for a field that none
// of the files has: what the field's place depends on besides the release (target/machine.h).
must_check enum status layout_count_mutexes(const char *const *paths, size_t count, const char *root,
	uint8_t ret[FIELD_COUNT], struct error *err);
