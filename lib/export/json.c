// SPDX-License-Identifier: MIT
#include "export/json.h"

#include "analysis/causes.h"
#include "analysis/shortlist.h"
#include "base/guard.h"
#include "base/time.h"
#include "export/document.h"
#include "view/memory_parts.h"

#include <math.h>

// --- Any table ---

static const char *format_name(enum cell_format format)
{
	switch (format) {
	case CELL_TEXT:
		return "text";
	case CELL_ID:
		return "id";
	case CELL_COUNT:
		return "count";
	case CELL_COUNT_CHANGE:
		return "count_change";
	case CELL_BYTES:
		return "bytes";
	case CELL_BYTES_CHANGE:
		return "bytes_change";
	case CELL_SERIES:
		return "series";
	}
	return NULL;
}

static void add_columns(struct document *document, const struct table *table)
{
	json_t *columns = document_add_array(document, document->root, "columns");
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		json_t *item = document_add_object(document, columns, NULL);
		document_add_string(document, item, "name", column_name(column));
		document_add_string(document, item, "title", column->title);
		document_add_string(document, item, "format", format_name(column->format));
	}
}

// Most series are counts, so whole numbers are written as integers.
static void add_series(
	struct document *document, json_t *row, const char *name, const struct cell *cell)
{
	static const double exact = 9007199254740992; // 2**53
	json_t *values = document_add_array(document, row, name);
	for (size_t i = 0; i < cell->series.count; i++) {
		double value = cell->series.values[i];
		if (fabs(value) < exact && value == floor(value))
			document_add_signed(document, values, NULL, (int64_t)value);
		else
			document_add_real(document, values, NULL, value);
	}
}

static void add_cell(struct document *document, json_t *row, const struct column *column,
	const struct cell *cell)
{
	const char *name = column_name(column);
	if (cell->is_empty) {
		document_add_null(document, row, name);
		return;
	}
	switch (column->format) {
	case CELL_TEXT:
		document_add_string(document, row, name, cell->text);
		break;
	case CELL_COUNT_CHANGE:
	case CELL_BYTES_CHANGE:
		document_add_signed(document, row, name, cell->signed_value);
		break;
	case CELL_SERIES:
		add_series(document, row, name, cell);
		break;
	default:
		document_add_unsigned(document, row, name, cell->unsigned_value);
	}
}

enum status export_json_table(
	const struct table *table, bool compact, char **ret, struct error *err)
{
	AUTO(document_deinit) struct document document;
	document_init(&document, "leaktop.table/1");
	document_add_string(&document, document.root, "title", table->title);
	add_columns(&document, table);
	json_t *rows = document_add_array(&document, document.root, "rows");
	for (size_t row = 0; row < table->row_count; row++) {
		json_t *item = document_add_object(&document, rows, NULL);
		for (size_t i = 0; i < table->column_count; i++)
			add_cell(&document, item, &table->columns[i],
				&table->cells[row * table->column_count + i]);
	}
	document_add_string(&document, document.root, "note", table->note);
	return document_write(&document, compact, ret, err);
}

// --- Growth ---

static void add_growth_type(
	struct document *document, json_t *types, const struct growth_type *type)
{
	json_t *item = document_add_object(document, types, NULL);
	document_add_string(document, item, "type", type->name);
	document_add_unsigned(document, item, "count_before", type->count_before);
	document_add_unsigned(document, item, "count_after", type->count_after);
	document_add_signed(document, item, "count_delta", type->count_delta);
	document_add_unsigned(document, item, "bytes_before", type->bytes_before);
	document_add_unsigned(document, item, "bytes_after", type->bytes_after);
	document_add_signed(document, item, "bytes_delta", type->bytes_delta);
	document_add_real(document, item, "count_per_minute", type->count_per_minute);
	document_add_real(document, item, "bytes_per_minute", type->bytes_per_minute);
}

static void add_growth_container(struct document *document, json_t *containers,
	const struct growth_container *grown, const struct census *census)
{
	const struct census_container *container = &census->containers[grown->after];
	json_t *item = document_add_object(document, containers, NULL);
	document_add_string(document, item, "path", container->path);
	document_add_string(document, item, "type", grown->type);
	document_add_unsigned(document, item, "address", container->address);
	document_add_unsigned(document, item, "length_before", grown->length_before);
	document_add_unsigned(document, item, "length_after", grown->length_after);
	document_add_signed(document, item, "length_delta", grown->length_delta);
	document_add_real(document, item, "length_per_minute", grown->length_per_minute);
}

static void add_known(
	struct document *document, json_t *item, const char *key, bool is_known, uint64_t bytes)
{
	if (is_known)
		document_add_unsigned(document, item, key, bytes);
	else
		document_add_null(document, item, key);
}

static void add_memory_growth(struct document *document, json_t *memory, size_t part,
	const struct sample *before, const struct sample *after)
{
	uint64_t then = 0, now = 0;
	bool knows_then = memory_part_read(part, before, &then);
	bool knows_now = memory_part_read(part, after, &now);
	json_t *item = document_add_object(document, memory, NULL);
	document_add_string(document, item, "memory", memory_part_name(part));
	add_known(document, item, "bytes_before", knows_then, then);
	add_known(document, item, "bytes_after", knows_now, now);
	if (knows_then && knows_now)
		document_add_signed(document, item, "bytes_delta", growth_difference(then, now));
	else
		document_add_null(document, item, "bytes_delta");
}

enum status export_json_diff(const struct sample *before, const struct sample *after,
	const struct growth *growth, bool compact, char **ret, struct error *err)
{
	AUTO(document_deinit) struct document document;
	document_init(&document, "leaktop.diff/1");
	json_t *root = document.root;
	char time[TIME_TEXT_SIZE];
	document_add_string(&document, root, "before", time_format(before->taken_ms, time));
	document_add_string(&document, root, "after", time_format(after->taken_ms, time));
	document_add_real(&document, root, "seconds", growth->seconds);
	document_add_signed(&document, root, "rss_delta",
		growth_difference(before->memory.rss_bytes, after->memory.rss_bytes));
	document_add_signed(&document, root, "objects_delta", growth->objects_delta);
	document_add_signed(&document, root, "bytes_delta", growth->bytes_delta);
	json_t *memory = document_add_array(&document, root, "memory");
	for (size_t i = 0; memory_part_name(i); i++)
		add_memory_growth(&document, memory, i, before, after);
	json_t *types = document_add_array(&document, root, "types");
	for (size_t i = 0; i < growth->type_count; i++)
		add_growth_type(&document, types, &growth->types[i]);
	json_t *containers = document_add_array(&document, root, "containers");
	for (size_t i = 0; i < growth->container_count && i < SHORTLIST_MAX; i++)
		add_growth_container(&document, containers, &growth->containers[i], after->census);
	return document_write(&document, compact, ret, err);
}

// --- The verdict ---

static const char *verdict_name(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_LEAK:
		return "leak";
	case VERDICT_NO_LEAK:
		return "no leak";
	default:
		return "too early";
	}
}

static void add_trend(struct document *document, const struct verdict *verdict)
{
	const struct trend *trend = verdict->is_of_objects ? &verdict->objects : &verdict->trend;
	if (!verdict->is_of_objects && !verdict->has_trend) {
		document_add_null(document, document->root, "bytes_per_minute");
		document_add_null(document, document->root, "interval");
		return;
	}
	document_add_real(document, document->root, "bytes_per_minute", trend->bytes_per_minute);
	json_t *interval = document_add_array(document, document->root, "interval");
	document_add_real(document, interval, NULL, trend->low);
	document_add_real(document, interval, NULL, trend->high);
}

static void add_cause(struct document *document, json_t *causes, const struct cause *cause)
{
	json_t *item = document_add_object(document, causes, NULL);
	document_add_string(document, item, "class", cause_name(cause->kind));
	document_add_string(document, item, "path", cause->path);
	document_add_string(document, item, "type", cause->type);
	document_add_real(document, item, "share", cause->share);
	document_add_fillers(document, item, cause->filled_by, cause->filler_count);
}

enum status export_json_check(
	const struct results *results, bool compact, char **ret, struct error *err)
{
	struct causes causes;
	causes_find(&results->history, results->since_baseline, &results->verdict, &causes);
	AUTO(document_deinit) struct document document;
	const struct identity *identity = &results->history.identity;
	document_init(&document, "leaktop.check/1");
	document_add_string(
		&document, document.root, "verdict", verdict_name(results->verdict.kind));
	add_trend(&document, &results->verdict);
	document_add_unsigned(&document, document.root, "samples", results->verdict.trend.points);
	document_add_real(&document, document.root, "seconds", results->verdict.trend.seconds);
	json_t *items = document_add_array(&document, document.root, "causes");
	for (size_t i = 0; i < causes.count; i++)
		add_cause(&document, items, &causes.items[i]);
	document_add_string(&document, document.root, "advice", causes.advice);
	document_add_string(&document, document.root, "sentence", results->verdict.sentence);
	json_t *target = document_add_object(&document, document.root, "target");
	document_add_signed(&document, target, "pid", identity->pid);
	document_add_string(&document, target, "cmdline", identity->command_line);
	return document_write(&document, compact, ret, err);
}
