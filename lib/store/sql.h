// SPDX-License-Identifier: MIT
// SQLite with our errors: the open file, its statements, and their results.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store {
	sqlite3 *db;
	char *path;	 // as the user named it, for messages
	char *place;	 // the same without symbolic links
	char *temporary; // of a file that one call writes: its name until it is complete; or NULL
	bool replaces;	 // an existing file is replaced then
};

static inline void sql_finalize(sqlite3_stmt *statement)
{
	sqlite3_finalize(statement);
}
GUARD(sqlite3_stmt, sql_finalize)

// The status for a result code of SQLite, and a sentence that names the file. Does not use SQLite's
// own messages, since they repeat contents of the file.
enum status sql_fail(const struct store *store, int code, struct error *err);

must_check enum status sql_prepare(
	const struct store *store, const char *text, sqlite3_stmt **ret, struct error *err);

// STATUS_MORE: there is a row; STATUS_OK: there are no more.
must_check enum status sql_step(
	const struct store *store, sqlite3_stmt *statement, struct error *err);

// Runs a statement that returns no rows, and resets it.
must_check enum status sql_run(
	const struct store *store, sqlite3_stmt *statement, struct error *err);

// Runs constant statements, one after the other.
must_check enum status sql_execute(const struct store *store, const char *text, struct error *err);

// The number that a constant statement returns; 0 if it returns no row.
must_check enum status sql_number(
	const struct store *store, const char *text, int64_t *ret, struct error *err);

// Binding fails only if memory is short, which sql_step() reports. Amounts above INT64_MAX become
// INT64_MAX. A NULL text is null.
void sql_bind_unsigned(sqlite3_stmt *statement, int position, uint64_t value);
void sql_bind_known(sqlite3_stmt *statement, int position, bool is_known, uint64_t value);
void sql_bind_text(sqlite3_stmt *statement, int position, const char *text);

// A column as an amount; 0 if it is negative or not a number.
uint64_t sql_unsigned(sqlite3_stmt *statement, int column);
// A column as an int; a number out of range becomes INT_MIN or INT_MAX.
int sql_int(sqlite3_stmt *statement, int column);
// A column as a finite number; otherwise 0.
double sql_real(sqlite3_stmt *statement, int column);
// A column as text, escaped; NULL for null. The caller frees *ret. STATUS_NO_MEMORY.
must_check enum status sql_text(sqlite3_stmt *statement, int column, char **ret);
