// SPDX-License-Identifier: MIT
// Which version of CPython a process runs, and which release a file holds.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct interpreter_file;
struct target;

// PY_VERSION_HEX of a running interpreter (0x030b02f0), from Py_Version, the published offsets, or the
// version string in memory. STATUS_NOT_FOUND where nothing tells.
must_check enum status version_of_process(const struct interpreter_file *file,
	const struct target *target, uint32_t *ret, struct error *err);

// PY_VERSION_HEX >> 8 of an interpreter's file, or of libpython's. STATUS_NOT_FOUND: the file does
// not say (up to 3.10 nothing in it does); STATUS_INVALID, STATUS_FAILED: it cannot be read.
must_check enum status version_of_file(const char *path, uint32_t *ret, struct error *err);

// "3.11.2" as 0x030b02. STATUS_INVALID.
must_check enum status version_parse(const char *text, uint32_t *ret);
