// SPDX-License-Identifier: MIT
#include "store/sql.h"

#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <string.h>

enum { TEXT_MAX = 64 * 1024 }; // bytes of one text; a longer one is cut

enum status sql_fail(const struct store *store, int code, struct error *err)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return error_set(err, STATUS_NO_MEMORY, "not enough memory for '%s'", store->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_SCHEMA:
	case SQLITE_ERROR: // our statements are correct, so the tables are wrong
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		return error_set(err, STATUS_INVALID, "'%s' is damaged: %s", store->path,
			sqlite3_errstr(code));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(err, STATUS_FAILED,
			"'%s' is held by another program: try again when that is done", store->path);
	case SQLITE_FULL:
		return error_set(err, STATUS_FAILED,
			"cannot write to '%s': there is no space left", store->path);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_set(err, STATUS_PERMISSION,
			"cannot open '%s': %s; file and directory must be writable for us", store->path,
			sqlite3_errstr(code));
	default:
		return error_set(err, STATUS_FAILED, "cannot access '%s': %s", store->path,
			sqlite3_errstr(code));
	}
}

enum status sql_prepare(
	const struct store *store, const char *text, sqlite3_stmt **ret, struct error *err)
{
	int code = sqlite3_prepare_v2(store->db, text, -1, ret, NULL);
	return code ? sql_fail(store, code, err) : STATUS_OK;
}

enum status sql_step(const struct store *store, sqlite3_stmt *statement, struct error *err)
{
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		return STATUS_MORE;
	if (code == SQLITE_DONE)
		return STATUS_OK;
	return sql_fail(store, sqlite3_extended_errcode(store->db), err);
}

enum status sql_run(const struct store *store, sqlite3_stmt *statement, struct error *err)
{
	enum status status;
	do
		status = sql_step(store, statement, err);
	while (status == STATUS_MORE);
	sqlite3_reset(statement);
	return status;
}

enum status sql_execute(const struct store *store, const char *text, struct error *err)
{
	int code = sqlite3_exec(store->db, text, NULL, NULL, NULL);
	return code ? sql_fail(store, code, err) : STATUS_OK;
}

enum status sql_number(
	const struct store *store, const char *text, int64_t *ret, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *statement = NULL;
	enum status status = sql_prepare(store, text, &statement, err);
	if (status)
		return status;
	status = sql_step(store, statement, err);
	if (status && status != STATUS_MORE)
		return status;
	*ret = status == STATUS_MORE ? sqlite3_column_int64(statement, 0) : 0;
	return STATUS_OK;
}

void sql_bind_unsigned(sqlite3_stmt *statement, int position, uint64_t value)
{
	sqlite3_bind_int64(
		statement, position, value > INT64_MAX ? INT64_MAX : (sqlite3_int64)value);
}

void sql_bind_known(sqlite3_stmt *statement, int position, bool is_known, uint64_t value)
{
	if (is_known)
		sql_bind_unsigned(statement, position, value);
	else
		sqlite3_bind_null(statement, position);
}

void sql_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, position, text, -1, SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(statement, position);
}

uint64_t sql_unsigned(sqlite3_stmt *statement, int column)
{
	sqlite3_int64 value = sqlite3_column_int64(statement, column);
	return value < 0 ? 0 : (uint64_t)value;
}

int sql_int(sqlite3_stmt *statement, int column)
{
	sqlite3_int64 value = sqlite3_column_int64(statement, column);
	return value < INT_MIN ? INT_MIN : value > INT_MAX ? INT_MAX : (int)value;
}

double sql_real(sqlite3_stmt *statement, int column)
{
	double value = sqlite3_column_double(statement, column);
	return isfinite(value) ? value : 0;
}

enum status sql_text(sqlite3_stmt *statement, int column, char **ret)
{
	*ret = NULL;
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return STATUS_OK;
	const void *bytes = sqlite3_column_text(statement, column);
	int length = sqlite3_column_bytes(statement, column);
	if (!bytes)
		return STATUS_NO_MEMORY;
	struct text text = {0};
	text_add_foreign(&text, bytes, length < TEXT_MAX ? (size_t)length : TEXT_MAX);
	*ret = text_take(&text);
	return *ret ? STATUS_OK : STATUS_NO_MEMORY;
}
