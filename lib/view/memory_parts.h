// SPDX-License-Identifier: MIT
// The kinds of memory that a sample knows, in the order of the screen.
#pragma once

#include "result/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEMORY_PARTS = 14 };

// "resident (RSS)".
const char *memory_part_name(size_t part);

// The figure of a part; false where the sample (NULL too) does not know it.
bool memory_part_read(size_t part, const struct sample *sample, uint64_t *ret);
