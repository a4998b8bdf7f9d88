// SPDX-License-Identifier: MIT
// A row of the table of samples, to and from the file.
#pragma once

#include "base/error.h"
#include "result/figures.h"
#include "store/sql.h"

// The columns of a statement that reading_read() takes: in front of others.
extern const char reading_columns[];
enum { READING_COLUMNS = 6 + FIGURE_COUNT };

void reading_read(sqlite3_stmt *row, struct reading *ret);

// That of such a row alone: see struct census.
uint64_t reading_least_length(sqlite3_stmt *row);

struct reading_row {
	const struct reading *reading;
	int64_t target;
	int64_t base;	 // 0: the sample is one without a heap; -1: it is the base itself
	int64_t missing; // the id of a name, or 0
	uint64_t least_length;
};

// Adds a row, and writes its id.
must_check enum status reading_write(
	struct store *store, const struct reading_row *row, int64_t *ret, struct error *err);
