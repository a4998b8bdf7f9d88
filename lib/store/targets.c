// SPDX-License-Identifier: MIT
#include "store/targets.h"

#include "base/vector.h"
#include "result/recorded.h"
#include "store/sql.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

enum {
	TARGETS_MAX = 1 << 20,
	BUILD_SIZE = 128,
};

VECTOR(target_list, struct recorded_target)

static void bind_key(sqlite3_stmt *row, const struct recorded_target *target)
{
	sql_bind_text(row, 1, target->host);
	sql_bind_text(row, 2, target->boot_id);
	sqlite3_bind_int64(row, 3, target->identity.pid);
	sql_bind_unsigned(row, 4, target->identity.start_time);
}

// Writes the build, such as "debug free-threaded".
static void write_build(const struct identity *identity, char *ret)
{
	size_t used = 0;
	ret[0] = '\0';
	for (size_t i = 0; i < sizeof(identity->build) / sizeof(*identity->build); i++)
		if (identity->build[i] && used < BUILD_SIZE)
			used += (size_t)snprintf(ret + used, BUILD_SIZE - used, "%s%s",
				used ? " " : "", identity->build[i]);
}

// A process of which only the memory was read has no Python version.
static void bind_all(sqlite3_stmt *row, const struct recorded_target *target)
{
	const struct identity *identity = &target->identity;
	bool has_python = identity->python[0];
	char build[BUILD_SIZE];
	write_build(identity, build);
	bind_key(row, target);
	sql_bind_text(row, 5, identity->exe);
	sql_bind_text(row, 6, identity->command_line);
	sql_bind_text(row, 7, has_python ? identity->python : NULL);
	sql_bind_text(row, 8, has_python ? build : NULL);
	sql_bind_text(row, 9, identity->layout_source);
}

enum status targets_find(
	struct store *store, const struct recorded_target *target, int64_t *ret, struct error *err)
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
	const struct recorded_target *target, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store, text, &row, err);
	if (status)
		return status;
	bind_all(row, target);
	return sql_run(store, row, err);
}

enum status targets_note(
	struct store *store, const struct recorded_target *target, int64_t *ret, struct error *err)
{
	enum status status = targets_find(store, target, ret, err);
	if (status)
		return status;
	// A process may change its command line, and Python may be unknown at first.
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
	struct store *store, const struct recorded_target *target, int64_t *ret, struct error *err)
{
	int64_t id = 0;
	enum status status = targets_find(store, target, &id, err);
	if (status)
		return status;
	if (!id)
		return error_set(err, STATUS_NOT_FOUND, "process %d is not in '%s'", (int)target->identity.pid,
			store->path);
	*ret = id;
	return STATUS_OK;
}

static void read_build(const char *text, struct identity *identity)
{
	static const char *const words[] = {"debug", "free-threaded", "trace-refs"};
	size_t count = 0;
	for (size_t i = 0; text && i < sizeof(words) / sizeof(*words); i++)
		if (strstr(text, words[i]))
			identity->build[count++] = words[i];
}

static const char *find_layout_source(const char *text)
{
	static const char *const words[] = {"table", "dwarf", "published", "structure"};
	for (size_t i = 0; text && i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(text, words[i]))
			return words[i];
	return NULL;
}

// Reads a column of text; "" for null.
static enum status read_text(sqlite3_stmt *row, int column, char **ret)
{
	enum status status = sql_text(row, column, ret);
	if (!status && !*ret)
		*ret = strdup("");
	return *ret ? status : STATUS_NO_MEMORY;
}

static enum status read_python(sqlite3_stmt *row, int first_column, struct identity *ret)
{
	AUTO(freep) char *python = NULL;
	AUTO(freep) char *build = NULL;
	AUTO(freep) char *layout = NULL;
	enum status status = read_text(row, first_column, &python);
	if (!status)
		status = read_text(row, first_column + 1, &build);
	if (!status)
		status = read_text(row, first_column + 2, &layout);
	if (status)
		return status;
	// If the text is not a version, it is cut at the first escaped character.
	snprintf(ret->python, sizeof(ret->python), "%.*s", (int)strcspn(python, "\\"), python);
	read_build(build, ret);
	ret->layout_source = find_layout_source(layout);
	return STATUS_OK;
}

// The caller releases *ret also after a failure.
static enum status read_target(sqlite3_stmt *row, struct recorded_target *ret)
{
	ret->id = sqlite3_column_int64(row, 0);
	ret->identity.pid = sql_int(row, 3);
	ret->identity.start_time = sql_unsigned(row, 4);
	ret->sample_count = sql_unsigned(row, 10);
	ret->first_ms = sqlite3_column_int64(row, 11);
	ret->last_ms = sqlite3_column_int64(row, 12);
	ret->first_rss_bytes = sql_unsigned(row, 13);
	ret->last_rss_bytes = sql_unsigned(row, 14);
	char **const texts[] = {[1] = &ret->host, [2] = &ret->boot_id, [5] = &ret->identity.exe,
		[6] = &ret->identity.command_line};
	enum status status = read_python(row, 7, &ret->identity);
	for (int i = 0; !status && i < (int)(sizeof(texts) / sizeof(*texts)); i++)
		if (texts[i])
			status = read_text(row, i, texts[i]);
	return status;
}

static enum status read_all(struct store *store, struct target_list *targets, struct error *err)
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
		if (targets->count >= TARGETS_MAX)
			return error_set(err, STATUS_INVALID, "'%s' is damaged: it has over %d targets",
				store->path, TARGETS_MAX);
		struct recorded_target *target = target_list_add_zeroed(targets);
		status = target ? read_target(row, target) : STATUS_NO_MEMORY;
		if (status)
			return error_set(err, status, "cannot allocate the targets of '%s'",
				store->path);
	}
	return status;
}

enum status store_targets(struct store *store, struct recorded_target **ret, size_t *ret_count,
	struct error *err)
{
	struct target_list targets = {0};
	enum status status = read_all(store, &targets, err);
	size_t count;
	struct recorded_target *items = target_list_take_items(&targets, &count);
	if (status) {
		recorded_targets_free(items, count);
		return status;
	}
	*ret = items;
	*ret_count = count;
	return STATUS_OK;
}
