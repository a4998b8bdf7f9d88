// SPDX-License-Identifier: MIT
#include "store/store.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/time.h"
#include "store/place.h"
#include "store/schema.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	BUSY_WRITING_MS = 60000, // enough for fifty cron jobs of the same minute
	BUSY_READING_MS = 10000,
	LENGTH_MAX = 1 << 20, // bytes of a row
};

// Limits what a foreign file can make SQLite do, before the first statement.
static enum status set_limits(struct store *store, int busy_ms, struct error *err)
{
	sqlite3 *db = store->db;
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, busy_ms);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	return sql_execute(store,
		"PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY", err);
}

static enum status open_database(
	struct store *store, const char *name, int flags, int busy_ms, struct error *err)
{
	int code = sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	return code ? sql_fail(store, code, err) : set_limits(store, busy_ms, err);
}

static enum status create(const char *path, struct store **ret, struct error *err)
{
	AUTO(store_closep) struct store *store = calloc(1, sizeof(*store));
	if (!store)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the file");
	store->path = strdup(path);
	if (!store->path)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the path");
	*ret = take_ptr(store);
	return STATUS_OK;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	if (store->temporary)
		unlink(store->temporary);
	free(store->temporary);
	free(store->place);
	free(store->path);
	free(store);
}

// The size of the write-ahead log; 0: there is none.
static uint64_t log_size(const char *place)
{
	struct text name = {0};
	struct stat info;
	text_add(&name, place);
	text_add(&name, "-wal");
	uint64_t size = 0;
	if (!name.failed && !lstat(name.bytes, &info))
		size = (uint64_t)info.st_size;
	text_deinit(&name);
	return size;
}

// Detects a truncated file now, and not only when the missing part is read.
static enum status check_header(
	const struct store *store, const char *place, bool follow, struct error *err)
{
	unsigned char header[SCHEMA_HEADER_SIZE];
	uint64_t size;
	enum status status = place_read_header(
		place, store->path, follow, header, sizeof(header), &size, err);
	if (!status)
		status = schema_check_header(store, header, size, err);
	if (!status && size < schema_file_size(header) && !log_size(place))
		return error_set(err, STATUS_INVALID, "'%s' is cut short", store->path);
	return status;
}

// --- Writing ---

// Begins a file under a temporary name, and makes its tables. Nobody else sees it before it is
// complete; publish() syncs it to the disk.
static enum status create_tables(struct store *store, struct error *err)
{
	enum status status =
		place_make_temporary(store->place, store->path, &store->temporary, err);
	if (!status)
		status = open_database(store, store->temporary,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, BUSY_WRITING_MS, err);
	if (!status)
		status = sql_execute(store,
			"PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = MEMORY;"
			"PRAGMA synchronous = OFF; BEGIN", err);
	if (!status)
		status = schema_create(store, err);
	return status ? status : sql_execute(store, "COMMIT", err);
}

// Closes the file and renames it to its final name.
static enum status publish(struct store *store, enum place_over over, struct error *err)
{
	int code = sqlite3_close(store->db);
	if (code)
		return sql_fail(store, code, err);
	store->db = NULL;
	enum status status =
		place_publish(store->temporary, store->place, store->path, over, err);
	if (!status)
		free(take_ptr(store->temporary));
	return status;
}

// Makes the file if there is none, or an empty one as mktemp(1) makes it. If several processes do
// this at once, one of them wins. The file never exists in part.
static enum status make_file(struct store *store, struct error *err)
{
	bool exists;
	uint64_t size;
	enum status status = place_check(store->place, store->path, &exists, &size, err);
	if (status || size)
		return status;
	status = create_tables(store, err);
	if (!status)
		status = publish(store, PLACE_OVER_EMPTY, err);
	if (status != STATUS_BUSY)
		return status;
	sqlite3_close(take_ptr(store->db));
	unlink(store->temporary);
	free(take_ptr(store->temporary));
	return STATUS_OK;
}

// SQLite does not wait here while other programs hold the file, so this waits.
static enum status use_log(struct store *store, struct error *err)
{
	double deadline = time_boot_seconds() + BUSY_WRITING_MS / 1e3;
	for (;;) {
		int code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (!code)
			return STATUS_OK;
		if ((code & 0xff) != SQLITE_BUSY || time_boot_seconds() > deadline)
			return sql_fail(store, code, err);
		time_sleep(0.01);
	}
}

static enum status open_append(struct store *store, struct error *err)
{
	enum status status = place_resolve(store->path, &store->place, err);
	if (!status)
		status = make_file(store, err);
	if (!status)
		status = check_header(store, store->place, false, err);
	if (!status)
		status = open_database(store, store->place,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, BUSY_WRITING_MS, err);
	if (!status)
		status = schema_check(store, err);
	if (!status)
		status = use_log(store, err);
	return status ? status
		      : sql_execute(store,
				"PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 1048576", err);
}

enum status store_open_append(const char *path, struct store **ret, struct error *err)
{
	AUTO(store_closep) struct store *store = NULL;
	enum status status = create(path, &store, err);
	if (!status)
		status = open_append(store, err);
	if (status)
		return status;
	*ret = take_ptr(store);
	return STATUS_OK;
}

// Checks that an existing file may be replaced: it is empty, or one call wrote it.
static enum status check_replaced(struct store *store, struct error *err)
{
	uint64_t size;
	enum status status = place_check(store->place, store->path, &store->replaces, &size, err);
	if (status || !size)
		return status;
	AUTO(store_closep) struct store *earlier = NULL;
	int64_t samples = 0, targets = 0;
	status = store_open(store->path, &earlier, err);
	if (!status)
		status = sql_number(earlier, "SELECT count(*) FROM samples", &samples, err);
	if (!status)
		status = sql_number(earlier, "SELECT count(*) FROM targets", &targets, err);
	if (!status && samples > targets)
		return error_set(err, STATUS_USAGE,
			"'%s' holds %lld samples that this one would replace: choose another name, or "
			"add to it with leaktop record", store->path, (long long)samples);
	return status;
}

static enum status open_once(struct store *store, struct error *err)
{
	enum status status = place_resolve(store->path, &store->place, err);
	if (!status)
		status = check_replaced(store, err);
	return status ? status : create_tables(store, err);
}

enum status store_open_once(const char *path, struct store **ret, struct error *err)
{
	AUTO(store_closep) struct store *store = NULL;
	enum status status = create(path, &store, err);
	if (!status)
		status = open_once(store, err);
	if (status)
		return status;
	*ret = take_ptr(store);
	return STATUS_OK;
}

enum status store_finish(struct store *store, struct error *err)
{
	if (store->temporary)
		return publish(
			store, store->replaces ? PLACE_OVER_FILE : PLACE_OVER_NOTHING, err);
	int code = sqlite3_close(store->db);
	if (code)
		return sql_fail(store, code, err);
	store->db = NULL;
	return STATUS_OK;
}

// --- Reading ---

// A name for SQLite that says that nobody writes to the file: for directories in which not even the
// shared memory of readers and writers can be created.
static char *immutable_name(const char *place)
{
	struct text text = {0};
	text_add(&text, "file:");
	for (; *place; place++) {
		if (strchr("?#%", *place))
			text_add_format(&text, "%%%02x", (unsigned char)*place);
		else
			text_add_bytes(&text, place, 1);
	}
	text_add(&text, "?immutable=1");
	return text_take(&text);
}

static enum status try_reading(struct store *store, const char *name, int flags, struct error *err)
{
	int64_t pages;
	enum status status = open_database(store, name, flags, BUSY_READING_MS, err);
	if (!status)
		status = sql_execute(store, "PRAGMA query_only = ON", err);
	// This is the first statement that reads the file.
	return status ? status
		      : sql_number(store, "SELECT count(*) FROM sqlite_schema", &pages, err);
}

static enum status open_for_reading(struct store *store, struct error *err)
{
	// Opened for writing although it is only read, so that the last program that closes it can
	// remove the log. SQLite also opens a file that is not writable in this way.
	enum status status = try_reading(
		store, store->place, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, err);
	if (status != STATUS_PERMISSION || log_size(store->place))
		return status;
	AUTO(freep) char *name = immutable_name(store->place);
	if (!name)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the path");
	sqlite3_close(take_ptr(store->db));
	return try_reading(store, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
}

static enum status check_file(struct store *store, struct error *err)
{
	enum status status = sql_execute(store, "BEGIN", err);
	if (!status)
		status = schema_check(store, err);
	enum status ended = sql_execute(store, "COMMIT", status ? NULL : err);
	return status ? status : ended;
}

enum status store_open(const char *path, struct store **ret, struct error *err)
{
	AUTO(store_closep) struct store *store = NULL;
	enum status status = create(path, &store, err);
	if (!status)
		status = check_header(store, path, true, err);
	if (status)
		return status;
	store->place = realpath(path, NULL);
	if (!store->place)
		return error_set(err, STATUS_FAILED, "cannot find '%s'", path);
	status = open_for_reading(store, err);
	if (!status)
		status = check_file(store, err);
	if (status)
		return status;
	*ret = take_ptr(store);
	return STATUS_OK;
}
