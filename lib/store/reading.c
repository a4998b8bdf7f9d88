// SPDX-License-Identifier: MIT
#include "store/reading.h"

#include "result/figures.h"
#include "store/store.h"

const char reading_columns[] =
	"s.id, s.time_ms, s.seconds, s.base, s.inexact, s.least_length"
#define MEMORY(name, ...) ", s." #name
#define TOTAL(name, ...) ", s." #name
#define COPY(name, ...) ", s." #name
#include "result/figures.def"
	;

enum { ID, TIME, SECONDS, BASE, INEXACT, LEAST_LENGTH, FIGURES };

_Static_assert(FIGURES + FIGURE_COUNT == READING_COLUMNS, "all columns are read");

static void read_figure(
	sqlite3_stmt *row, int column, const struct figure *figure, struct reading *reading)
{
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return;
	figure_note_known(figure, reading);
	if (figure->unit == FIGURE_MS)
		figure_set_ms(figure, sql_real(row, column), reading);
	else
		figure_set_amount(figure, sql_unsigned(row, column), reading);
}

void reading_read(sqlite3_stmt *row, struct reading *ret)
{
	struct reading reading = {
		.taken_ms = sqlite3_column_int64(row, TIME),
		.seconds = sql_real(row, SECONDS),
		.has_heap = sqlite3_column_type(row, BASE) != SQLITE_NULL,
	};
	reading.memory.seconds = reading.seconds;
	reading.totals.is_inexact = sqlite3_column_int(row, INEXACT);
	for (int i = 0; i < FIGURE_COUNT; i++)
		read_figure(row, FIGURES + i, &figures[i], &reading);
	*ret = reading;
}

uint64_t reading_least_length(sqlite3_stmt *row)
{
	return sql_unsigned(row, LEAST_LENGTH);
}

static enum status make_base(struct store *store, int64_t id, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status =
		sql_prepare(store, "UPDATE samples SET base = id WHERE id = ?1", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, id);
	return sql_run(store, row, err);
}

// What is not known is not bound, and so null.
static void bind_figure(
	sqlite3_stmt *row, int position, const struct figure *figure, const struct reading *reading)
{
	if (!figure_is_known(figure, reading))
		return;
	if (figure->unit == FIGURE_MS)
		sqlite3_bind_double(row, position, figure_ms(figure, reading));
	else
		sql_bind_unsigned(row, position, figure_amount(figure, reading));
}

enum status reading_write(struct store *store, const struct reading_row *from, int64_t *ret,
	struct error *err)
{
	enum { FIRST = 8 }; // of the parameters that are figures
	const struct reading *reading = from->reading;
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store,
		"INSERT INTO samples(target, time_ms, seconds, base, missing, inexact, least_length"
#define MEMORY(name, ...) ", " #name
#define TOTAL(name, ...) ", " #name
#define COPY(name, ...) ", " #name
#include "result/figures.def"
		") VALUES(?, ?, ?, ?, ?, ?, ?"
#define MEMORY(...) ", ?"
#define TOTAL(...) ", ?"
#define COPY(...) ", ?"
#include "result/figures.def"
		")", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, from->target);
	sqlite3_bind_int64(row, 2, reading->taken_ms);
	sqlite3_bind_double(row, 3, reading->seconds);
	if (from->base > 0)
		sqlite3_bind_int64(row, 4, from->base);
	sql_bind_known(row, 5, from->missing, (uint64_t)from->missing);
	sql_bind_known(row, 6, reading->has_heap, reading->totals.is_inexact);
	sql_bind_known(row, 7, reading->has_heap, from->least_length);
	for (int i = 0; i < FIGURE_COUNT; i++)
		bind_figure(row, FIRST + i, &figures[i], reading);
	status = sql_run(store, row, err);
	if (status)
		return status;
	*ret = sqlite3_last_insert_rowid(store->db);
	return from->base < 0 ? make_base(store, *ret, err) : STATUS_OK;
}
