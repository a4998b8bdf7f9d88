// SPDX-License-Identifier: MIT
// Reads the characters of a str object.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "result/address.h"

struct image;
struct runtime;

// Adds the characters of the str at addr to text as valid UTF-8 with everything unsafe escaped (lone
// surrogates too); at most limit characters, then "...". STATUS_UNREADABLE; STATUS_INVALID: the
// object at addr is no str.
must_check enum status string_add(const struct runtime *runtime, const struct image *image,
	addr_t addr, size_t limit, struct text *text);
