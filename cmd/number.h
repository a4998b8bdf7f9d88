// SPDX-License-Identifier: MIT
// Numbers as people type them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Each function reads the whole string, and returns whether it is a number in range.

// Decimal digits, for a number up to most.
bool number_parse_count(const char *string, uint64_t most, uint64_t *ret);

// An amount above zero, with a unit of K, M, G or T (powers of 1024): "512M", "1.5G", "4096".
bool number_parse_bytes(const char *string, uint64_t *ret);

// A time of least to most seconds, with a unit of ms, s, m, h, d or w: "500ms", "5m", "1.5h", "30d".
// alone is the unit, in seconds, of a number without one.
bool number_parse_duration(
	const char *string, double alone, double least, double most, double *ret);
