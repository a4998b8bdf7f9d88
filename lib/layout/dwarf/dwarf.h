// SPDX-License-Identifier: MIT
// Makes a layout from debug information: the object's own, or a separate file's
// (layout/dwarf/debug_info.h).
#pragma once

#include "base/error.h"
#include "layout/layout.h"

#include <stddef.h>
#include <stdint.h>

struct debug_request;

// Reads every field of fields.def from the DWARF of a file, and names the file that has it in
// layout->origin. version is PY_VERSION_HEX >> 8. The caller frees *ret with layout_destroy().
// STATUS_NOT_FOUND: no debug information; STATUS_UNSUPPORTED: traits.def does not describe the
// version; STATUS_INVALID.
must_check enum status layout_from_dwarf(const struct debug_request *request, uint32_t version,
	struct layout **ret, struct error *err);

// Does the same from several files of ours, first the interpreter and then its extension modules:
// some of CPython's structs are known only to one module, which may be part of the interpreter. If
// several files state a field, it must be the same in all: STATUS_INVALID otherwise. Looks for
// separate debug files below root ("" or a chroot's directory), then below our own root.
must_check enum status layout_from_files(const char *const *paths, size_t count, const char *root,
	uint32_t version, struct layout **ret, struct error *err);

// Counts, for each field, the mutexes of the C library that come before it in its struct; 0 if none
// of the files has the field. The field's offset depends on their size (target/machine.h), besides
// the release.
must_check enum status layout_count_mutexes(const char *const *paths, size_t count, const char *root,
	uint8_t ret[FIELD_COUNT], struct error *err);
