// SPDX-License-Identifier: MIT
// A chart of bytes over time, as SVG in an HTML page: stacked layers, drawn as areas. It takes its
// colours from the style sheet and fits any width; its text keeps its size.
#pragma once

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chart_layer {
	const char *title;
	const char *style; // class of the area, and of its entry in the legend
	const double *values;
};

struct chart {
	const char *title;
	const double *seconds;		  // ascending
	size_t count;			  // of points, at least two
	int64_t end_time_ms;		  // UTC, at the last point
	const struct chart_layer *layers; // lowest first
	size_t layer_count;
	bool is_cut; // the axis may begin above 0 if all figures are far from 0
};

// The most points in a chart; more would be closer together than the width of the lines.
enum { CHART_POINTS_MAX = 600 };

void chart_add(const struct chart *chart, struct text *text);
