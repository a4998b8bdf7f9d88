// SPDX-License-Identifier: MIT
#include "export/export_csv.h"

#include "base/guard.h"
#include "base/time.h"

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

void export_csv_heading(const struct table *table, struct text *text)
{
	text_add(text, "pid,start_time");
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		text_add(text, ",");
		add_text(text, column->name ? column->name : column->title);
	}
	text_add(text, line_end);
}

void export_csv_rows(
	const struct table *table, const struct csv_process *process, struct text *text)
{
	const struct cell *cell = table->cells;
	for (size_t row = 0; row < table->row_count; row++) {
		add_process(text, process);
		for (size_t i = 0; i < table->column_count; i++)
			add_cell(text, &table->columns[i], cell++);
		text_add(text, line_end);
	}
}

// What makes a figure of a reading known.
enum source { ALWAYS, FROM_DETAILS, FROM_SPLIT, FROM_HEAP };

struct figure {
	const char *name;
	enum source source;
	size_t offset; // of a uint64_t in struct store_reading
};

#define FIGURE(name, source, field)                                                                \
	{                                                                                          \
		name, source, offsetof(struct store_reading, field)                                \
	}

static const struct figure figures[] = {
	FIGURE("rss_bytes", ALWAYS, memory.rss_bytes),
	FIGURE("pss_bytes", FROM_DETAILS, memory.pss_bytes),
	FIGURE("uss_bytes", FROM_DETAILS, memory.uss_bytes),
	FIGURE("swap_bytes", FROM_DETAILS, memory.swap_bytes),
	FIGURE("brk_bytes", FROM_SPLIT, memory.brk_bytes),
	FIGURE("anonymous_bytes", FROM_SPLIT, memory.anonymous_bytes),
	FIGURE("file_bytes", FROM_SPLIT, memory.file_bytes),
	FIGURE("stack_bytes", FROM_SPLIT, memory.stack_bytes),
	FIGURE("shared_bytes", FROM_SPLIT, memory.shared_bytes),
	FIGURE("python_objects", FROM_HEAP, totals.objects),
	FIGURE("python_objects_bytes", FROM_HEAP, totals.bytes),
	FIGURE("tracked", FROM_HEAP, totals.tracked),
	FIGURE("untracked", FROM_HEAP, totals.untracked),
	FIGURE("opaque", FROM_HEAP, totals.opaque),
	FIGURE("unreadable", FROM_HEAP, totals.unreadable),
	FIGURE("containers", FROM_HEAP, containers),
	FIGURE("pymalloc_arena_bytes", FROM_HEAP, totals.pymalloc_arena_bytes),
	FIGURE("pymalloc_used_bytes", FROM_HEAP, totals.pymalloc_used_bytes),
	FIGURE("pymalloc_free_bytes", FROM_HEAP, totals.pymalloc_free_bytes),
};

static bool is_known(const struct figure *figure, const struct store_reading *reading)
{
	switch (figure->source) {
	case FROM_DETAILS:
		return reading->memory.has_details;
	case FROM_SPLIT:
		return reading->memory.has_split;
	case FROM_HEAP:
		return reading->has_heap;
	default:
		return true;
	}
}

void export_csv_readings_heading(struct text *text)
{
	text_add(text, "pid,start_time,time,seconds");
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		text_add_format(text, ",%s", figures[i].name);
	text_add_format(text, ",stopped_ms%s", line_end);
}

void export_csv_reading(
	const struct store_reading *reading, const struct csv_process *process, struct text *text)
{
	char time[TIME_TEXT_SIZE];
	add_process(text, process);
	time_format(reading->time_ms, time);
	text_add_format(text, ",%s,%.3f", time, reading->seconds);
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
		const struct figure *figure = &figures[i];
		const char *at = (const char *)reading + figure->offset;
		text_add(text, ",");
		if (is_known(figure, reading))
			text_add_format(text, "%" PRIu64, *(const uint64_t *)(const void *)at);
	}
	if (reading->has_copy)
		text_add_format(text, ",%.3f%s", reading->copy.stopped_ms, line_end);
	else
		text_add_format(text, ",%s", line_end);
}
