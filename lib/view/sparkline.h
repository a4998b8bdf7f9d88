// SPDX-License-Identifier: MIT
// A series of numbers as a line of block characters, one each: "▁▂▃▄▅▆▇█".
#pragma once

#include <stddef.h>

// Writes the line into buffer of size bytes (at least 1) and returns it. The lowest value is the
// lowest block, the highest one the highest; equal values lie in the lowest. What does not fit is cut
// in front: the newest values stay.
char *sparkline(const double *values, size_t count, char *buffer, size_t size);
