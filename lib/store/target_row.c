// SPDX-License-Identifier: MIT
#include "store/target_row.h"

#include "base/array.h"
#include "store/sql.h"
#include "store/store.h"

#include <stdlib.h>

enum { TARGETS_MAX = 1 << 20 };

static void bind_key(sqlite3_stmt *row, const struct store_target *target)
{
	sql_bind_text(row, 1, target->host);
	sql_bind_text(row, 2, target->boot_id);
	sqlite3_bind_int64(row, 3, target->pid);
	sql_bind_unsigned(row, 4, target->start_time);
}

static void bind_all(sqlite3_stmt *row, const struct store_target *target)
{
	bind_key(row, target);
	sql_bind_text(row, 5, target->exe);
	sql_bind_text(row, 6, target->command_line);
	sql_bind_text(row, 7, target->python);
	sql_bind_text(row, 8, target->build);
	sql_bind_text(row, 9, target->layout);
}

enum status target_row_find(
	struct store *store, const struct store_target *target, int64_t *ret, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store,
		"SELECT id FROM targets"
		" WHERE host = ?1 AND boot_id = ?2 AND pid = ?3 AND start_time = ?4", &row, err);
	if (status)
		return status;
	bind_key(row, target);
	status = sql_step(store, row, err);
	if (status && status != STATUS_MORE)
		return status;
	*ret = status == STATUS_MORE ? sqlite3_column_int64(row, 0) : 0;
	return STATUS_OK;
}

static enum status run_on(struct store *store, const char *text,
	const struct store_target *target, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store, text, &row, err);
	if (status)
		return status;
	bind_all(row, target);
	return sql_run(store, row, err);
}

enum status target_row_note(
	struct store *store, const struct store_target *target, int64_t *ret, struct error *err)
{
	enum status status = target_row_find(store, target, ret, err);
	if (status)
		return status;
	// A process may change its command line, and one seen from outside has no Python yet.
	if (*ret)
		return run_on(store,
			"UPDATE targets SET exe = coalesce(?5, exe),"
			" command_line = coalesce(?6, command_line), python = coalesce(?7, python),"
			" build = coalesce(?8, build), layout = coalesce(?9, layout)"
			" WHERE host = ?1 AND boot_id = ?2 AND pid = ?3 AND start_time = ?4"
			" AND (exe IS NOT coalesce(?5, exe)"
			"  OR command_line IS NOT coalesce(?6, command_line)"
			"  OR python IS NOT coalesce(?7, python)"
			"  OR build IS NOT coalesce(?8, build)"
			"  OR layout IS NOT coalesce(?9, layout))", target, err);
	status = run_on(store,
		"INSERT INTO targets VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", target, err);
	if (!status)
		*ret = sqlite3_last_insert_rowid(store->db);
	return status;
}

enum status store_find_target(
	struct store *store, const struct store_target *target, int64_t *ret, struct error *err)
{
	int64_t id = 0;
	enum status status = target_row_find(store, target, &id, err);
	if (status)
		return status;
	if (!id)
		return error_set(err, STATUS_NOT_FOUND, "process %d is not in '%s'", (int)target->pid,
			store->path);
	*ret = id;
	return STATUS_OK;
}

void store_target_deinit(struct store_target *target)
{
	if (!target)
		return;
	free(target->host);
	free(target->boot_id);
	free(target->exe);
	free(target->command_line);
	free(target->python);
	free(target->build);
	free(target->layout);
	*target = (struct store_target){0};
}

void store_targets_free(struct store_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		store_target_deinit(&targets[i]);
	free(targets);
}

static enum status read_row(sqlite3_stmt *row, struct store_target *ret)
{
	ret->id = sqlite3_column_int64(row, 0);
	ret->pid = sql_int(row, 3);
	ret->start_time = sql_unsigned(row, 4);
	ret->sample_count = sql_unsigned(row, 10);
	ret->first_ms = sqlite3_column_int64(row, 11);
	ret->last_ms = sqlite3_column_int64(row, 12);
	ret->first_rss_bytes = sql_unsigned(row, 13);
	ret->last_rss_bytes = sql_unsigned(row, 14);
	char **const texts[] = {[1] = &ret->host, [2] = &ret->boot_id, [5] = &ret->exe,
		[6] = &ret->command_line, [7] = &ret->python, [8] = &ret->build, [9] = &ret->layout};
	enum status status = STATUS_OK;
	for (int i = 0; !status && i < (int)(sizeof(texts) / sizeof(*texts)); i++)
		if (texts[i])
			status = sql_text(row, i, texts[i]);
	return status;
}

static enum status read_all(struct store *store, struct array *targets, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store,
		"SELECT t.id, t.host, t.boot_id, t.pid, t.start_time, t.exe, t.command_line,"
		"  t.python, t.build, t.layout,"
		"  (SELECT count(*) FROM samples WHERE target = t.id),"
		"  first.time_ms, last.time_ms, first.rss_bytes, last.rss_bytes"
		" FROM targets AS t"
		" LEFT JOIN samples AS first ON first.id ="
		"  (SELECT id FROM samples WHERE target = t.id ORDER BY seconds LIMIT 1)"
		" LEFT JOIN samples AS last ON last.id ="
		"  (SELECT id FROM samples WHERE target = t.id ORDER BY seconds DESC LIMIT 1)"
		" WHERE t.host IS NOT NULL AND t.boot_id IS NOT NULL ORDER BY t.id", &row, err);
	while (!status && (status = sql_step(store, row, err)) == STATUS_MORE) {
		struct store_target *target;
		if (targets->count >= TARGETS_MAX)
			return error_set(err, STATUS_INVALID, "'%s' is damaged: it has over %d targets",
				store->path, TARGETS_MAX);
		status = array_add(targets, sizeof(*target), (void **)&target);
		if (!status)
			status = read_row(row, target);
		if (status)
			return error_set(err, status, "cannot allocate the targets of '%s'",
				store->path);
	}
	return status;
}

enum status store_targets(
	struct store *store, struct store_target **ret, size_t *ret_count, struct error *err)
{
	struct array targets = {0};
	enum status status = read_all(store, &targets, err);
	if (status) {
		store_targets_free(targets.items, targets.count);
		return status;
	}
	*ret = targets.items;
	*ret_count = targets.count;
	return STATUS_OK;
}
