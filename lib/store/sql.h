// SPDX-License-Identifier: MIT
// SQLite with our errors: the open file, statements, and what they return.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store {
	sqlite3 *db;
	char *path;	 // as the person named it, for messages
	char *place;	 // the same without symbolic links
	char *temporary; // of a file of one call: where it grows; else NULL
	bool replaces;	 // and a file of that name is replaced
};

static inline void sql_finalize(sqlite3_stmt *statement)
{
	sqlite3_finalize(statement);
}
GUARD(sqlite3_stmt, sql_finalize)

// What a result code of SQLite's means to us, with a sentence that names the file. Takes nothing from
// SQLite's own messages: they repeat what is in the file.
enum status sql_fail(const struct store *store, int code, struct error *err);

must_check enum status sql_prepare(
	const struct store *store, const char *text, sqlite3_stmt **ret, struct error *err);

// STATUS_MORE: a row is there; STATUS_OK: there is none any more.
must_check enum status sql_step(
	const struct store *store, sqlite3_stmt *statement, struct error *err);

// Runs a statement that has no rows to its end, and makes it ready to be run again.
must_check enum status sql_run(
	const struct store *store, sqlite3_stmt *statement, struct error *err);

// Runs constant statements one after the other.
must_check enum status sql_execute(const struct store *store, const char *text, struct error *err);

// The one number that a statement of constant text returns; 0 where it has no row.
must_check enum status sql_number(
	const struct store *store, const char *text, int64_t *ret, struct error *err);

// Binding cannot fail but for want of memory: sql_step() tells that. Figures beyond the signed type
// stay at its end. Text NULL is null.
void sql_bind_unsigned(sqlite3_stmt *statement, int position, uint64_t value);
void sql_bind_known(sqlite3_stmt *statement, int position, bool is_known, uint64_t value);
void sql_bind_text(sqlite3_stmt *statement, int position, const char *text);

// A column as an amount: what is no number or below 0 is 0.
uint64_t sql_unsigned(sqlite3_stmt *statement, int column);
// A column as a number of a narrower type: what is out of range stays at its end.
int sql_int(sqlite3_stmt *statement, int column);
// A finite number; what is none is 0.
double sql_real(sqlite3_stmt *statement, int column);
// A column as text, escaped; NULL for null. The caller frees *ret. STATUS_NO_MEMORY.
must_check enum status sql_text(sqlite3_stmt *statement, int column, char **ret);
