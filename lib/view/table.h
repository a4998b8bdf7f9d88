// SPDX-License-Identifier: MIT
// A result as a plain table: columns, rows, and a note on what was left out.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "view/subject.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cell_format {
	CELL_TEXT,	   // left-aligned, valid UTF-8 without controls
	CELL_ID,	   // u64 that identifies, not an amount: "4711"
	CELL_COUNT,	   // u64: "4,102,331"
	CELL_COUNT_CHANGE, // i64: "+62,010"
	CELL_BYTES,	   // u64: "412.0M"
	CELL_BYTES_CHANGE, // i64: "+8.1M"
	CELL_SERIES,	   // doubles: a sparkline
};

struct column {
	const char *title;
	enum cell_format format;
	unsigned priority; // on a narrow screen the highest number is left out first; 0: never
	bool is_key;	   // its text identifies the row for a person
	bool is_command;   // a command line, shown without the directories of its program
	const char *name;  // in JSON and CSV, such as "bytes_per_minute"; NULL: the title
};

struct cell {
	bool is_empty; // unknown: blank on the screen, null in JSON
	union {
		char *text; // owned by the table
		uint64_t unsigned_value;
		int64_t signed_value;
		struct {
			double *values; // owned by the table
			size_t count;
		} series;
	};
};

struct table {
	const char *title;
	const struct column *columns; // constant
	size_t column_count;
	struct cell *cells; // row_count * column_count
	struct subject *subjects; // row_count
	size_t row_count;
	size_t row_capacity;
	char *note;	    // "212 types that did not change are left out", or NULL
	size_t sort_column; // column_count: the rows are not sorted by a column
	bool sort_descending;
};

// The name of a column where there is no screen, as in JSON.
static inline const char *column_name(const struct column *column)
{
	return column->name ? column->name : column->title;
}

static inline const struct cell *table_cell(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

must_check enum status table_create(const char *title, const struct column *columns,
	size_t column_count, struct table **ret);
void table_destroy(struct table *table);
GUARD(struct table, table_destroy)

// Appends a row of empty cells and returns the first cell; valid until the next row is added. The
// row has the subject, or none. STATUS_NO_MEMORY.
must_check enum status table_add_row(struct table *table, struct cell **ret);
must_check enum status table_add_row_about(
	struct table *table, struct subject subject, struct cell **ret);

// Finds the row with a subject; false: there is none.
bool table_find_row(const struct table *table, struct subject subject, size_t *ret);

// Copies the note and replaces the previous one. NULL: no note.
must_check enum status table_set_note(struct table *table, const char *note);

// Copies text into a cell of a CELL_TEXT column; escapes characters that are unsafe on a screen.
must_check enum status cell_set_text(struct cell *cell, const char *text);

// Set numbers in columns of the other formats. A rate is rounded, and limited to the range of the
// format.
void cell_set_unsigned(struct cell *cell, uint64_t value);
void cell_set_signed(struct cell *cell, int64_t value);
void cell_set_rate(struct cell *cell, double value);

// Copies values into a cell of a CELL_SERIES column.
must_check enum status cell_set_series(struct cell *cell, const double *values, size_t count);

// Sorts by a column. Equal rows keep their order; empty cells go last. If memory is short, the rows
// stay as they are.
void table_sort(struct table *table, size_t column, bool descending);

// The cell as text; for CELL_TEXT the text itself. buffer has CELL_BUFFER_SIZE bytes.
enum { CELL_BUFFER_SIZE = 128 };
const char *cell_format(const struct column *column, const struct cell *cell, char *buffer);
