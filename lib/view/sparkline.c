// SPDX-License-Identifier: MIT
#include "view/sparkline.h"

#include <math.h>
#include <string.h>

enum {
	LEVELS = 8,
	BLOCK_BYTES = 3, // of U+2581 to U+2588 in UTF-8
};

static unsigned level_of(double value, double low, double high)
{
	if (!(high > low) || !isfinite(value))
		return 0;
	double level = (value / 2 - low / 2) / (high / 2 - low / 2) * (LEVELS - 1) + 0.5;
	return level > 0 && level < LEVELS ? (unsigned)level : 0;
}

char *sparkline(const double *values, size_t count, char *buffer, size_t size)
{
	size_t room = (size - 1) / BLOCK_BYTES;
	if (count > room) {
		values += count - room;
		count = room;
	}
	double low = INFINITY, high = -INFINITY;
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	char *out = buffer;
	for (size_t i = 0; i < count; i++, out += BLOCK_BYTES) {
		memcpy(out, "\u2581", BLOCK_BYTES);
		out[BLOCK_BYTES - 1] = (char)(out[BLOCK_BYTES - 1] + (int)level_of(values[i], low, high));
	}
	*out = '\0';
	return buffer;
}
