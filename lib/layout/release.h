// SPDX-License-Identifier: MIT
// Which release of CPython a file holds.
#pragma once

#include "base/error.h"

#include <stdint.h>

// PY_VERSION_HEX >> 8 of an interpreter's file, or of libpython's. STATUS_NOT_FOUND: the file does
// not say (up to 3.10 nothing in it does); STATUS_INVALID, STATUS_FAILED: it cannot be read.
must_check enum status release_read(const char *path, uint32_t *ret, struct error *err);

// "3.11.2" as 0x030b02. STATUS_INVALID.
must_check enum status release_parse(const char *text, uint32_t *ret);
