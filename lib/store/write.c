// SPDX-License-Identifier: MIT
#include "store/lists.h"
#include "store/names.h"
#include "store/reading.h"
#include "store/rows.h"
#include "store/run.h"
#include "store/run_change.h"
#include "store/sql.h"
#include "store/store.h"
#include "store/target_row.h"

// A longer run is smaller on disk and takes longer to read.
enum { RUN_MAX = 32 };

// One sample on its way into the file.
struct writing {
	struct store *store;
	const struct store_sample *sample;
	struct names names;
	int64_t target, base, id;
	uint64_t least_length;
	struct run before, now;
};

static void writing_deinit(struct writing *writing)
{
	names_deinit(&writing->names);
	run_deinit(&writing->before);
	run_deinit(&writing->now);
}

// --- Rows into the file ---

struct inserting {
	struct store *store;
	int64_t sample;
	sqlite3_stmt *statement;
	struct error *err;
};

static enum status insert_type(void *context, const struct run_type *row)
{
	const struct inserting *into = context;
	sqlite3_bind_int64(into->statement, 1, into->sample);
	sqlite3_bind_int64(into->statement, 2, row->name);
	sql_bind_unsigned(into->statement, 3, row->count);
	sql_bind_unsigned(into->statement, 4, row->bytes);
	sql_bind_unsigned(into->statement, 5, row->tracked_count);
	sql_bind_unsigned(into->statement, 6, row->tracked_bytes);
	sql_bind_unsigned(into->statement, 7, row->opaque_count);
	sql_bind_unsigned(into->statement, 8, row->is_approximate);
	return sql_run(into->store, into->statement, into->err);
}

static enum status insert_container(void *context, const struct run_container *row)
{
	const struct inserting *into = context;
	sqlite3_bind_int64(into->statement, 1, into->sample);
	sqlite3_bind_int64(into->statement, 2, (sqlite3_int64)row->address);
	sqlite3_bind_int64(into->statement, 3, row->type);
	sql_bind_known(into->statement, 4, !row->is_gone, row->length);
	sql_bind_known(into->statement, 5, !row->is_gone, row->bytes);
	sql_bind_known(into->statement, 6, row->path, (uint64_t)row->path);
	return sql_run(into->store, into->statement, into->err);
}

static enum status insert_changes(struct writing *writing, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *types = NULL;
	AUTO(sql_finalizep) sqlite3_stmt *containers = NULL;
	struct store *store = writing->store;
	enum status status = sql_prepare(
		store, "INSERT INTO types VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &types, err);
	if (!status)
		status = sql_prepare(store,
			"INSERT INTO containers VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &containers, err);
	if (status)
		return status;
	struct inserting into = {store, writing->id, types, err};
	const struct run_change insert = {insert_type, insert_container, &into};
	status = run_each_type(&writing->before, &writing->now, &insert);
	into.statement = containers;
	return status ? status : run_each_container(&writing->before, &writing->now, &insert);
}

// --- One transaction ---

// The run that the sample may go on with: that of the last sample with a heap. base stays 0 where
// there is none, or it is long enough.
static enum status find_run(struct writing *writing, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(writing->store,
		"SELECT base, max(id), count(*) FROM samples WHERE base ="
		" (SELECT base FROM samples WHERE target = ?1 AND base IS NOT NULL"
		"  ORDER BY seconds DESC LIMIT 1) GROUP BY base", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, writing->target);
	status = sql_step(writing->store, row, err);
	if (status != STATUS_MORE)
		return status;
	if (sqlite3_column_int64(row, 2) >= RUN_MAX)
		return STATUS_OK;
	writing->base = sqlite3_column_int64(row, 0);
	return run_load(
		writing->store, writing->base, sqlite3_column_int64(row, 1), &writing->before, err);
}

// A run that is left takes the containers along that it followed: they were loaded to be chosen by.
static void begin_run(struct writing *writing)
{
	run_deinit(&writing->before);
	writing->before = (struct run){0};
	writing->base = -1;
}

static enum status prepare_heap(struct writing *writing, struct error *err)
{
	if (!writing->sample->census)
		return STATUS_OK;
	enum status status = find_run(writing, err);
	const struct rows rows = {writing->store, &writing->names, writing->sample->census,
		&writing->before, &writing->now, &writing->least_length};
	if (!status)
		status = rows_make(&rows, err);
	if (!status && (!writing->base || run_is_other(&writing->before, &writing->now)))
		begin_run(writing);
	return status;
}

static enum status write_sample(
	struct writing *writing, const struct store_target *target, struct error *err)
{
	struct store *store = writing->store;
	struct reading reading = writing->sample->reading;
	int64_t missing = 0;
	reading.has_heap = writing->sample->census;
	enum status status = target_row_note(store, target, &writing->target, err);
	if (!status)
		status = prepare_heap(writing, err);
	if (!status)
		status = names_intern(
			store, &writing->names, writing->sample->missing, &missing, err);
	const struct reading_row row = {
		&reading, writing->target, writing->base, missing, writing->least_length};
	if (!status)
		status = reading_write(store, &row, &writing->id, err);
	if (!status && writing->base)
		status = insert_changes(writing, err);
	if (status)
		return status;
	const struct lists lists = {store, &writing->names, writing->id};
	return lists_write(&lists, writing->sample, err);
}

enum status store_add(struct store *store, const struct store_target *target,
	const struct store_sample *sample, struct error *err)
{
	struct writing writing = {.store = store, .sample = sample};
	enum status status = sql_execute(store, "BEGIN IMMEDIATE", err);
	if (status)
		return status;
	status = write_sample(&writing, target, err);
	writing_deinit(&writing); // a statement that is open would keep the transaction open
	if (!status)
		status = sql_execute(store, "COMMIT", err);
	if (status) {
		enum status undone = sql_execute(store, "ROLLBACK", NULL);
		(void)undone; // SQLite may have done so itself
	}
	return status;
}

// Counts back from the last sample to one that wanted a heap, and no further than need be.
static enum status count_back(
	struct store *store, int64_t target, uint64_t every, bool *ret, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	uint64_t without = 0;
	enum status status = sql_prepare(store,
		"SELECT base IS NOT NULL OR missing IS NOT NULL FROM samples WHERE target = ?1"
		" ORDER BY seconds DESC", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	*ret = true;
	while (without + 1 < every && (status = sql_step(store, row, err)) == STATUS_MORE) {
		if (sqlite3_column_int(row, 0)) {
			*ret = false;
			return STATUS_OK;
		}
		without++;
	}
	return status == STATUS_MORE ? STATUS_OK : status;
}

enum status store_is_heap_due(struct store *store, const struct store_target *target, uint64_t every,
	bool *ret, struct error *err)
{
	int64_t id;
	enum status status = target_row_find(store, target, &id, err);
	return status ? status : count_back(store, id, every, ret, err);
}
