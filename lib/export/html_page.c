// SPDX-License-Identifier: MIT
// The page: one HTML file without external parts. It contains its style and script, and its
// Content-Security-Policy forbids everything else.
#include "base/guard.h"
#include "base/time.h"
#include "export/course.h"
#include "export/export.h"
#include "export/html.h"
#include "export/memory_charts.h"
#include "export/page/parts.h"
#include "export/process_name.h"

#include <inttypes.h>
#include <stdlib.h>

// How many rows tables of types and of containers have.
enum { PAGE_ROWS = 100 };

static void add_head(struct text *text, const char *title)
{
	text_add(text, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	text_add_format(text,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
		" style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n",
		report_style_hash, report_script_hash);
	text_add(text, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<meta name=\"referrer\" content=\"no-referrer\">\n");
	html_add_element(text, "title", title);
	text_add_format(text, "<style>%s</style>\n</head>\n<body>\n", report_style);
}

static void add_foot(struct text *text)
{
	text_add(text, "<footer>Made by leaktop " PACKAGE_VERSION
		       ". Sizes are in powers of 1024, times in UTC. Names come from the"
		       " processes that were looked at.</footer>\n");
	text_add_format(text, "<script>%s</script>\n</body>\n</html>\n", report_script);
}

static const struct reading *reading_at(const struct course *course, size_t position)
{
	return &course->readings.items[position];
}

static void add_identity(struct text *text, const struct identity *identity, const char *host)
{
	text_add(text, "<p class=\"about\">");
	text_add_format(text, "pid %d", (int)identity->pid);
	if (host && *host) {
		text_add(text, " on ");
		html_add_text(text, host);
	}
	if (identity->python[0]) {
		text_add(text, " \u00B7 CPython ");
		html_add_text(text, identity->python);
	}
	if (identity->command_line && *identity->command_line) {
		text_add(text, "<br><code>");
		html_add_text(text, identity->command_line);
		text_add(text, "</code>");
	}
	text_add(text, "</p>\n");
}

static void add_period(struct text *text, const struct course *course)
{
	char first[TIME_TEXT_SIZE], last[TIME_TEXT_SIZE], figure[TEXT_FIGURE_SIZE];
	size_t count = course->readings.count;
	if (!count)
		return;
	time_format_plain(reading_at(course, 0)->taken_ms, first);
	time_format_plain(reading_at(course, count - 1)->taken_ms, last);
	text_add_format(text, "<p class=\"about\">%s sample%s, %s", text_count(figure, count),
		count > 1 ? "s" : "", first);
	if (count > 1)
		text_add_format(text, " to %s", last);
	text_add(text, " UTC</p>\n");
}

static const char *verdict_class(const struct verdict *verdict)
{
	switch (verdict->kind) {
	case VERDICT_LEAK:
		return "p class=\"verdict leak\"";
	case VERDICT_NO_LEAK:
		return "p class=\"verdict calm\"";
	default:
		return "p class=\"verdict\"";
	}
}

static void add_bytes_figure(struct text *text, const char *name, uint64_t bytes, uint64_t before)
{
	char figure[TEXT_FIGURE_SIZE];
	text_add_format(text, "<div><dt>%s</dt><dd>%s", name, text_bytes(figure, bytes));
	if (bytes != before)
		text_add_format(text, " <small>%s</small>",
			text_bytes_change(figure, growth_difference(before, bytes)));
	text_add(text, "</dd></div>\n");
}

static const struct reading *first_heap(const struct course *course)
{
	for (size_t i = 0; i < course->readings.count; i++)
		if (reading_at(course, i)->has_heap)
			return reading_at(course, i);
	return NULL;
}

static const struct reading *last_heap(const struct course *course)
{
	for (size_t i = course->readings.count; i-- > 0;)
		if (reading_at(course, i)->has_heap)
			return reading_at(course, i);
	return NULL;
}

static void add_heap_figures(struct text *text, const struct course *course)
{
	const struct reading *first = first_heap(course), *last = last_heap(course);
	char figure[TEXT_FIGURE_SIZE];
	if (!first || !last)
		return;
	add_bytes_figure(text, "Python objects", last->totals.bytes, first->totals.bytes);
	text_add_format(text, "<div><dt>Number of objects</dt><dd>%s",
		text_count(figure, last->totals.objects));
	if (last->totals.objects != first->totals.objects)
		text_add_format(text, " <small>%s</small>",
			text_count_change(figure,
				growth_difference(first->totals.objects, last->totals.objects)));
	text_add(text, "</dd></div>\n");
	if (last->copy.attempts)
		text_add_format(text,
			"<div><dt>Stopped for the last sample</dt><dd>%.1f "
			"<small>ms</small></dd></div>\n",
			last->copy.stopped_ms);
}

static void add_figures(struct text *text, const struct course *course)
{
	size_t count = course->readings.count;
	if (!count)
		return;
	text_add(text, "<dl class=\"figures\">\n");
	add_bytes_figure(text, "Resident memory (RSS)",
		reading_at(course, count - 1)->memory.rss_bytes,
		reading_at(course, 0)->memory.rss_bytes);
	add_heap_figures(text, course);
	text_add(text, "</dl>\n");
}

static void add_titled(
	struct text *text, const char *title, const struct table *table, const char *style)
{
	if (!table->row_count)
		return;
	html_add_element(text, "h2", title);
	html_add_table(text, table, style);
}

static enum status add_growth(struct text *text, const struct course *course, struct error *err)
{
	AUTO(table_destroyp) struct table *containers = NULL;
	AUTO(table_destroyp) struct table *types = NULL;
	enum status status = course_containers(course, PAGE_ROWS, &containers, err);
	if (!status)
		status = course_types(course, PAGE_ROWS, &types, err);
	if (status)
		return status;
	add_titled(text, "Containers", containers, "code");
	add_titled(text, "Types", types, "code");
	return STATUS_OK;
}

// Adds the views that do not show growth; they are the same as on the screen, for the last sample.
static enum status add_views(struct text *text, const struct results *results, struct error *err)
{
	static const struct view_ops *const shown[] = {
		&memory_view, &collector_view, &threads_view};
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		AUTO(table_destroyp) struct table *table = NULL;
		enum status status = shown[i]->load(results, &table, err);
		if (status)
			return status;
		add_titled(text, shown[i]->title, table, "plain");
	}
	return STATUS_OK;
}

static void add_heading(struct text *text, const struct course *course, const char *host)
{
	const struct results *results = course->results;
	const struct identity *identity = &results->history.identity;
	const struct sample *current = results->history.current;
	char name[PROCESS_NAME_SIZE];
	process_name(identity, name);
	html_add_element(text, "h1", *name ? name : "A process");
	add_identity(text, identity, host);
	add_period(text, course);
	html_add_element(text, verdict_class(&results->verdict), results->verdict.sentence);
	if (current && !current->census && current->census_missing)
		html_add_element(text, "p class=\"note\"", current->census_missing);
	add_figures(text, course);
}

static enum status add_section(struct text *text, const struct course *course, const char *host,
	size_t number, struct error *err)
{
	text_add_format(text, "<section class=\"process\" id=\"process-%zu\">\n", number);
	add_heading(text, course, host);
	enum status status =
		memory_charts_add(text, course->readings.items, course->readings.count, err);
	if (!status)
		status = add_growth(text, course, err);
	if (!status)
		status = add_views(text, course->results, err);
	text_add(text, "</section>\n");
	return status;
}

static void add_list_entry(struct text *text, const struct results *results, size_t number)
{
	char name[PROCESS_NAME_SIZE];
	process_name(&results->history.identity, name);
	text_add_format(text, "<li><a href=\"#process-%zu\">", number);
	html_add_text(text, name);
	text_add_format(text, ", pid %d</a>: ", (int)results->history.identity.pid);
	html_add_text(text, results->verdict.sentence);
	text_add(text, "</li>\n");
}

// --- The exporter ---

// The list at the top is complete only after all sections.
struct page {
	const struct export_options *options;
	struct text list, sections;
	size_t number; // of sections
	const char *host;
	struct course course; // of the current process
};

static unsigned page_wants(const struct export_options *options)
{
	(void)options;
	return EXPORT_RESULTS | EXPORT_READINGS | EXPORT_SAMPLES;
}

static enum status page_begin(const struct export_options *options, void **ret, struct error *err)
{
	struct page *page = calloc(1, sizeof(*page));
	if (!page)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the report");
	page->options = options;
	*ret = page;
	return STATUS_OK;
}

static void page_destroy(void *export)
{
	struct page *page = export;
	if (!page)
		return;
	course_deinit(&page->course);
	text_deinit(&page->list);
	text_deinit(&page->sections);
	free(page);
}

static enum status page_target(void *export, const struct export_target *target, struct error *err)
{
	struct page *page = export;
	page->host = target->host;
	if (course_init(&page->course, target->results))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the report");
	return STATUS_OK;
}

static enum status page_reading(void *export, const struct reading *reading, struct error *err)
{
	struct page *page = export;
	if (course_add_reading(&page->course, reading))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the report");
	return STATUS_OK;
}

static enum status page_sample(void *export, const struct sample *sample, struct error *err)
{
	struct page *page = export;
	(void)err;
	course_add_point(&page->course, sample);
	return STATUS_OK;
}

static enum status page_end_target(void *export, struct error *err)
{
	struct page *page = export;
	page->number++;
	add_list_entry(&page->list, page->course.results, page->number);
	enum status status =
		add_section(&page->sections, &page->course, page->host, page->number, err);
	course_deinit(&page->course);
	return status;
}

// A page about one process has no list.
static enum status write_list(struct page *page, size_t left_out, struct error *err)
{
	struct text rest = {0};
	if (page->number < 2)
		return STATUS_OK;
	enum status status = export_write(page->options, "<nav><h1>Processes</h1>\n<ul>\n", err);
	if (!status)
		status = export_write_text(page->options, &page->list, err);
	if (status)
		return status;
	text_add(&rest, "</ul>\n");
	if (left_out)
		text_add_format(&rest,
			"<p class=\"note\">%zu processes that ended earlier are left out: "
			"leaktop report -p PID has them.</p>\n",
			left_out);
	text_add(&rest, "</nav>\n");
	return export_write_text(page->options, &rest, err);
}

static enum status page_end(void *export, size_t left_out, struct error *err)
{
	struct page *page = export;
	struct text head = {0}, foot = {0};
	add_head(&head, page->options->title ? page->options->title : "leaktop");
	enum status status = export_write_text(page->options, &head, err);
	if (!status)
		status = write_list(page, left_out, err);
	if (!status && page->number)
		status = export_write_text(page->options, &page->sections, err);
	if (status)
		return status;
	add_foot(&foot);
	return export_write_text(page->options, &foot, err);
}

const struct exporter html_exporter = {
	.name = "html",
	.summary = "a page for the browser",
	.targets = EXPORT_RECENT,
	.heaps_max = COURSE_POINTS,
	.wants = page_wants,
	.begin = page_begin,
	.target = page_target,
	.reading = page_reading,
	.sample = page_sample,
	.target_end = page_end_target,
	.end = page_end,
	.destroy = page_destroy,
};
