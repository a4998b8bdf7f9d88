// SPDX-License-Identifier: MIT
// A chart of bytes over time as SVG that stands in an HTML page: layers one upon the other, drawn
// as areas. It takes its colours from the style sheet, fits any width, and its letters keep their
// size.
#pragma once

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chart_layer {
	const char *title;
	const char *style; // class of the area and of its entry in the legend
	const double *values;
};

struct chart {
	const char *title;
	const double *seconds;		  // ascending
	size_t count;			  // of points, two at least
	int64_t end_time_ms;		  // UTC, at the last point
	const struct chart_layer *layers; // the lowest one first
	size_t layer_count;
	bool is_cut; // the axis may begin above 0 where the figures lie far from it
};

// Points that a chart can show; more would be closer together than lines are thick.
enum { CHART_POINTS_MAX = 600 };

void chart_add(const struct chart *chart, struct text *text);
