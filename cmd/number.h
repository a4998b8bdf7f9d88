// SPDX-License-Identifier: MIT
// Numbers as people type them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Each reads the whole string and says whether it is a number in range.

// A decimal fraction between least and most.
bool number_parse(const char *string, double least, double most, double *ret);

// Decimal digits, at most most.
bool number_parse_count(const char *string, uint64_t most, uint64_t *ret);

// An amount above zero, with a unit of K, M, G or T (powers of 1024): "512M", "1.5G", "4096".
bool number_parse_bytes(const char *string, uint64_t *ret);

// Seconds between least and most, with a unit of s, m, h, d or w: "90", "5m", "1.5h", "30d".
bool number_parse_duration(const char *string, double least, double most, double *ret);
