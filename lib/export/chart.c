// SPDX-License-Identifier: MIT
#include "export/chart.h"

#include "base/time.h"
#include "export/html.h"

#include <math.h>
#include <string.h>

// The drawing has units of its own and is stretched to the width of the page; text and grid are
// placed around it in pixels and per cent. TOP is room for the label of the highest line.
enum { WIDTH = 1000, HEIGHT = 200, TOP = 16, TIME_HEIGHT = 24 };

struct axis {
	double low, high, step;
};

// Figures of a file are not trusted, and their sums may overflow.
static uint64_t whole(double value)
{
	static const double most = 18446744073709549568.0; // the largest below 2**64
	return (uint64_t)fmax(0, fmin(value, most));
}

static double sum_at(const struct chart *chart, size_t point, size_t layers)
{
	double sum = 0;
	for (size_t i = 0; i < layers; i++)
		sum += chart->layers[i].values[point];
	return sum;
}

// Steps are powers of two, like the units of the figures.
static struct axis bytes_axis(const struct chart *chart)
{
	enum { LINES = 5 };
	double low = sum_at(chart, 0, chart->layer_count), high = low;
	for (size_t i = 1; i < chart->count; i++) {
		double sum = sum_at(chart, i, chart->layer_count);
		low = fmin(low, sum);
		high = fmax(high, sum);
	}
	if (!chart->is_cut || low < high / 2)
		low = 0;
	double step = 4096;
	while (ceil(high / step) - floor(low / step) > LINES)
		step *= 2;
	struct axis axis = {floor(low / step) * step, ceil(high / step) * step, step};
	if (axis.high <= axis.low)
		axis.high = axis.low + step;
	return axis;
}

static double x_of(const struct chart *chart, double seconds)
{
	double start = chart->seconds[0], span = chart->seconds[chart->count - 1] - start;
	return span > 0 ? WIDTH * (seconds - start) / span : 0;
}

static double y_of(const struct axis *axis, double bytes)
{
	return HEIGHT * (axis->high - bytes) / (axis->high - axis->low);
}

// "256M" and "1.5G": without the trailing zeros that columns need.
static void cut_zeros(char *figure)
{
	char *point = strchr(figure, '.');
	if (!point)
		return;
	char *unit = point + strspn(point, ".0123456789"), *end = unit;
	while (end[-1] == '0')
		end--;
	if (end[-1] == '.')
		end--;
	memmove(end, unit, strlen(unit) + 1);
}

static void add_bytes_labels(const struct axis *axis, struct text *text)
{
	char figure[TEXT_FIGURE_SIZE];
	unsigned lines = (unsigned)round((axis->high - axis->low) / axis->step);
	for (unsigned i = 0; i <= lines; i++) {
		double at = axis->low + i * axis->step, y = TOP + y_of(axis, at);
		text_bytes(figure, whole(at));
		cut_zeros(figure);
		text_add_format(text,
			"<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>"
			"<text class=\"bytes\" x=\"0\" y=\"%.1f\">%s</text>\n",
			y, y, y - 4, figure);
	}
}

static double time_step(double span)
{
	enum { LABELS = 6 };
	static const double steps[] = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
		7200, 10800, 21600, 43200, 86400};
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (span / steps[i] <= LABELS)
			return steps[i];
	double days = 86400;
	while (isfinite(span) && span / days > LABELS)
		days *= 2;
	return days;
}

// "12:00:05", "12:00", or "05-01" for a day: enough to distinguish the labels.
static void add_time_text(int64_t time_ms, double step, struct text *text)
{
	char date[TIME_TEXT_SIZE];
	time_format_plain(time_ms, date);
	if (step >= 86400 || !strncmp(date + strlen("2024-05-01 "), "00:00:00", 8))
		text_add_bytes(text, date + strlen("2024-"), strlen("05-01"));
	else if (step >= 60)
		text_add_bytes(text, date + strlen("2024-05-01 "), strlen("12:00"));
	else
		text_add_bytes(text, date + strlen("2024-05-01 "), strlen("12:00:00"));
}

// time_format_plain() shows invalid times as 1970; the chart limits them to the last year instead.
static double end_of(const struct chart *chart)
{
	return fmax(0, fmin((double)chart->end_time_ms / 1000, 253402300799));
}

static void add_time_label(double share, int64_t time_ms, double step, struct text *text)
{
	const char *anchor = share < 0.04 ? "start" : share > 0.96 ? "end" : "middle";
	text_add_format(text, "<text class=\"time\" x=\"%.2f%%\" y=\"%d\" text-anchor=\"%s\">",
		100 * share, TOP + HEIGHT + 17, anchor);
	add_time_text(time_ms, step, text);
	text_add(text, "</text>\n");
}

static void add_time_labels(const struct chart *chart, struct text *text)
{
	double span = chart->seconds[chart->count - 1] - chart->seconds[0];
	double step = time_step(span), end = end_of(chart);
	double last = floor(end / step) * step;
	unsigned most = (unsigned)(span / step);
	for (unsigned i = 0; i <= most; i++) {
		double at = last - i * step;
		double share = span > 0 ? 1 - (end - at) / span : 0;
		if (share >= 0)
			add_time_label(share, (int64_t)(at * 1000), step, text);
	}
}

// Draws from left to right along the top of a layer, and back along the top of the layer below.
static void add_area(
	const struct chart *chart, const struct axis *axis, size_t layer, struct text *text)
{
	text_add_format(text, "<path class=\"area %s\" d=\"", chart->layers[layer].style);
	for (size_t i = 0; i < chart->count; i++)
		text_add_format(text, "%c%.1f %.1f", i ? 'L' : 'M', x_of(chart, chart->seconds[i]),
			y_of(axis, sum_at(chart, i, layer + 1)));
	for (size_t i = chart->count; i-- > 0;)
		text_add_format(text, "L%.1f %.1f", x_of(chart, chart->seconds[i]),
			layer ? y_of(axis, sum_at(chart, i, layer)) : HEIGHT);
	text_add(text, "Z\"/>\n");
}

static void add_top_line(const struct chart *chart, const struct axis *axis, struct text *text)
{
	text_add(text, "<path class=\"line\" d=\"");
	for (size_t i = 0; i < chart->count; i++)
		text_add_format(text, "%c%.1f %.1f", i ? 'L' : 'M', x_of(chart, chart->seconds[i]),
			y_of(axis, sum_at(chart, i, chart->layer_count)));
	text_add(text, "\"/>\n");
}

static void add_point_text(const struct chart *chart, size_t point, struct text *text)
{
	char date[TIME_TEXT_SIZE], figure[TEXT_FIGURE_SIZE];
	double before = chart->seconds[chart->count - 1] - chart->seconds[point];
	text_add_format(text, "%s UTC",
		time_format_plain((int64_t)((end_of(chart) - before) * 1000), date));
	for (size_t i = chart->layer_count; i-- > 0;) {
		text_add(text, " \u00B7 ");
		html_add_text(text, chart->layers[i].title);
		text_add_format(
			text, " %s", text_bytes(figure, whole(chart->layers[i].values[point])));
	}
}

// A strip around each point that shows its figures: the browser does it as a tooltip, the script at
// once.
static void add_points(const struct chart *chart, struct text *text)
{
	for (size_t i = 0; i < chart->count; i++) {
		double at = x_of(chart, chart->seconds[i]);
		double left = i ? (at + x_of(chart, chart->seconds[i - 1])) / 2 : 0;
		double right = i + 1 < chart->count ? (at + x_of(chart, chart->seconds[i + 1])) / 2
						    : WIDTH;
		text_add_format(text,
			"<rect class=\"point\" data-x=\"%.1f\" x=\"%.1f\" width=\"%.1f\" y=\"0\""
			" height=\"%d\"><title>",
			at, left, right - left, HEIGHT);
		add_point_text(chart, i, text);
		text_add(text, "</title></rect>\n");
	}
}

static void add_legend(const struct chart *chart, struct text *text)
{
	char figure[TEXT_FIGURE_SIZE];
	text_add(text, "<ul class=\"legend\">\n");
	for (size_t i = chart->layer_count; i-- > 0;) {
		const struct chart_layer *layer = &chart->layers[i];
		text_add_format(text, "<li class=\"%s\">", layer->style);
		html_add_text(text, layer->title);
		text_add_format(text, " <b>%s</b></li>\n",
			text_bytes(figure, whole(layer->values[chart->count - 1])));
	}
	text_add(text, "</ul>\n");
}

void chart_add(const struct chart *chart, struct text *text)
{
	struct axis axis = bytes_axis(chart);
	text_add(text, "<figure class=\"chart\">\n<figcaption><h3>");
	html_add_text(text, chart->title);
	text_add(text, "</h3>");
	add_legend(chart, text);
	text_add_format(text, "</figcaption>\n<svg class=\"plot\" width=\"100%%\" height=\"%d\">\n",
		TOP + HEIGHT + TIME_HEIGHT);
	text_add_format(text,
		"<svg class=\"areas\" y=\"%d\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\""
		" preserveAspectRatio=\"none\">\n",
		TOP, HEIGHT, WIDTH, HEIGHT);
	for (size_t i = 0; i < chart->layer_count; i++)
		add_area(chart, &axis, i, text);
	if (chart->layer_count == 1)
		add_top_line(chart, &axis, text);
	text_add(text, "</svg>\n");
	add_bytes_labels(&axis, text);
	add_time_labels(chart, text);
	text_add_format(text,
		"<svg class=\"points\" y=\"%d\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\""
		" preserveAspectRatio=\"none\">\n<line class=\"cursor\" y1=\"0\" y2=\"%d\"/>\n",
		TOP, HEIGHT, WIDTH, HEIGHT, HEIGHT);
	add_points(chart, text);
	text_add(text, "</svg>\n</svg>\n<p class=\"reading\">");
	add_point_text(chart, chart->count - 1, text);
	text_add(text, "</p>\n</figure>\n");
}
