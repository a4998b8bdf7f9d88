// SPDX-License-Identifier: MIT
#include "export/csv.h"

#include "base/guard.h"
#include "base/time.h"
#include "export/export.h"
#include "result/figures.h"
#include "view/view.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const char line_end[] = "\r\n";

// The characters with which formulas begin in Excel, LibreOffice and Google Sheets, or which these
// strip before they look. Includes control characters, which a table does not have, but text that
// is copied elsewhere may.
static bool looks_like_formula(const char *string)
{
	static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D",
		"\uFF0B", "\uFF0D", "\uFF20"}; // full-width characters
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (!strncmp(string, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static void add_quoted(struct text *text, const char *field)
{
	text_add(text, "\"");
	for (;;) {
		size_t length = strcspn(field, "\"");
		text_add_bytes(text, field, length);
		field += length;
		if (!*field)
			break;
		text_add(text, "\"\"");
		field++;
	}
	text_add(text, "\"");
}

static void add_text(struct text *text, const char *string)
{
	struct text safe = {0};
	if (looks_like_formula(string))
		text_add(&safe, "'");
	text_add_foreign(&safe, string, strlen(string));
	AUTO(freep) char *field = text_take(&safe);
	if (!field)
		text->failed = true;
	else if (field[strcspn(field, ",\"' ")])
		add_quoted(text, field);
	else
		text_add(text, field);
}

static void add_series(struct text *text, const struct cell *cell)
{
	text_add(text, "\"");
	for (size_t i = 0; i < cell->series.count; i++)
		text_add_format(text, "%s%.12g", i ? " " : "", cell->series.values[i]);
	text_add(text, "\"");
}

static void add_cell(struct text *text, const struct column *column, const struct cell *cell)
{
	text_add(text, ",");
	if (cell->is_empty)
		return;
	switch (column->format) {
	case CELL_TEXT:
		add_text(text, cell->text);
		break;
	case CELL_COUNT_CHANGE:
	case CELL_BYTES_CHANGE:
		text_add_format(text, "%" PRId64, cell->signed_value);
		break;
	case CELL_SERIES:
		add_series(text, cell);
		break;
	default:
		text_add_format(text, "%" PRIu64, cell->unsigned_value);
	}
}

static void add_process(struct text *text, const struct csv_process *process)
{
	text_add_format(text, "%d,%" PRIu64, (int)process->pid, process->start_time);
}

void csv_add_heading(const struct table *table, struct text *text)
{
	text_add(text, "pid,start_time");
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		text_add(text, ",");
		add_text(text, column->name ? column->name : column->title);
	}
	text_add(text, line_end);
}

void csv_add_rows(const struct table *table, const struct csv_process *process, struct text *text)
{
	const struct cell *cell = table->cells;
	for (size_t row = 0; row < table->row_count; row++) {
		add_process(text, process);
		for (size_t i = 0; i < table->column_count; i++)
			add_cell(text, &table->columns[i], cell++);
		text_add(text, line_end);
	}
}

void csv_add_readings_heading(struct text *text)
{
	text_add(text, "pid,start_time,time,seconds");
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (figures[i].column)
			text_add_format(text, ",%s", figures[i].column);
	text_add(text, line_end);
}

static void add_figure(
	struct text *text, const struct figure *figure, const struct reading *reading)
{
	text_add(text, ",");
	if (!figure_is_known(figure, reading))
		return;
	if (figure->unit == FIGURE_MS)
		text_add_format(text, "%.3f", figure_ms(figure, reading));
	else
		text_add_format(text, "%" PRIu64, figure_amount(figure, reading));
}

void csv_add_reading(
	const struct reading *reading, const struct csv_process *process, struct text *text)
{
	char time[TIME_TEXT_SIZE];
	add_process(text, process);
	time_format(reading->taken_ms, time);
	text_add_format(text, ",%s,%.3f", time, reading->seconds);
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (figures[i].column)
			add_figure(text, &figures[i], reading);
	text_add(text, line_end);
}

// --- A recording ---

// Exports either a line for every sample, or the rows of a view.
struct csv_export {
	const struct export_options *options;
	const struct view_ops *view; // NULL: samples
	bool has_heading;
	struct csv_process process;
};

static const struct view_ops *find_table(const struct export_options *options)
{
	return options->table ? view_find(options->table) : NULL;
}

static unsigned csv_wants(const struct export_options *options)
{
	return find_table(options) ? EXPORT_RESULTS : EXPORT_READINGS;
}

static void csv_destroy(void *export)
{
	free(export);
}

static enum status csv_begin(const struct export_options *options, void **ret, struct error *err)
{
	AUTO(freep) struct csv_export *csv = calloc(1, sizeof(*csv));
	if (!csv)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	csv->options = options;
	csv->view = find_table(options);
	if (options->table && !csv->view && strcmp(options->table, "samples") != 0)
		return error_set(err, STATUS_USAGE,
			"no table '%s': samples, types, containers, memory, collector, threads or "
			"interpreters",
			options->table);
	if (!csv->view) {
		struct text heading = {0};
		csv_add_readings_heading(&heading);
		enum status status = export_write_text(options, &heading, err);
		if (status)
			return status;
	}
	*ret = take_ptr(csv);
	return STATUS_OK;
}

static enum status csv_target(void *export, const struct export_target *target, struct error *err)
{
	struct csv_export *csv = export;
	AUTO(table_destroyp) struct table *table = NULL;
	struct text text = {0};
	csv->process = (struct csv_process){target->identity.pid, target->identity.start_time};
	if (!csv->view)
		return STATUS_OK;
	enum status status = csv->view->load(target->results, &table, err);
	if (status)
		return status;
	if (!csv->has_heading)
		csv_add_heading(table, &text);
	csv->has_heading = true;
	csv_add_rows(table, &csv->process, &text);
	return export_write_text(csv->options, &text, err);
}

static enum status csv_reading(void *export, const struct reading *reading, struct error *err)
{
	const struct csv_export *csv = export;
	struct text text = {0};
	csv_add_reading(reading, &csv->process, &text);
	return export_write_text(csv->options, &text, err);
}

static enum status csv_end(void *export, size_t left_out, struct error *err)
{
	(void)export, (void)left_out, (void)err;
	return STATUS_OK;
}

const struct exporter csv_exporter = {
	.name = "csv",
	.summary = "a table as comma-separated values",
	.takes_table = true,
	.wants = csv_wants,
	.begin = csv_begin,
	.target = csv_target,
	.reading = csv_reading,
	.end = csv_end,
	.destroy = csv_destroy,
};
