// SPDX-License-Identifier: MIT
// A row of the table of samples, to and from the file.
#pragma once

#include "base/error.h"
#include "store/sql.h"

struct store_reading;

// The columns of a statement that reading_read() takes: in front of others.
extern const char reading_columns[];
enum { READING_COLUMNS = 40 };

void reading_read(sqlite3_stmt *row, struct store_reading *ret);

// Adds a row. base 0: the sample is one without a heap, base -1: it is the base itself. missing is
// the id of a name, or 0. Writes the id of the row.
must_check enum status reading_write(struct store *store, const struct store_reading *reading,
	int64_t target, int64_t base, int64_t missing, int64_t *ret, struct error *err);
