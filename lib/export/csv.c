// SPDX-License-Identifier: MIT
#include "export/csv.h"

#include "base/guard.h"
#include "base/time.h"
#include "result/figures.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const char line_end[] = "\r\n";

// What Excel, LibreOffice and Google Sheets begin a formula with, or strip and then look behind.
// Controls stand here although a table has none: its text may become another's.
static bool looks_like_formula(const char *string)
{
	static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D",
		"\uFF0B", "\uFF0D", "\uFF20"}; // the full-width ones
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
