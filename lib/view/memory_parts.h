// SPDX-License-Identifier: MIT
// The rows of the table of memory: the figures of a sample that are shown, in order.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample;

// "resident (RSS)"; NULL after the last part.
const char *memory_part_name(size_t part);

// The figure of a part in bytes; false if the sample (which may be NULL) does not know it.
bool memory_part_read(size_t part, const struct sample *sample, uint64_t *ret);
