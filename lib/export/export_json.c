// SPDX-License-Identifier: MIT
#include "export/export_json.h"

#include "base/guard.h"
#include "export/document.h"

#include <math.h>

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

static const char *column_name(const struct column *column)
{
	return column->name ? column->name : column->title;
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

// Most series are counts; what is whole is written as an integer.
static void add_series(struct document *document, json_t *row, const char *name,
	const struct cell *cell)
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
