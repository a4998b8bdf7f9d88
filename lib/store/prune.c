// SPDX-License-Identifier: MIT
#include "base/time.h"
#include "store/host.h"
#include "store/sql.h"
#include "store/store.h"

#include <time.h>

// Unused names are removed once in this many samples, since that reads the whole file.
enum { NAMES_EVERY = 64 };

struct pruning {
	struct store *store;
	const char *boot_id;
	double oldest_seconds; // CLOCK_BOOTTIME, for processes of this boot
	int64_t oldest_ms;     // UTC, for processes of other boots
	int64_t removed;
};

// Marks the samples of a target to be removed: old ones that no younger sample of their run needs.
// %1$s is the column of time.
#define DOOMED                                                                                     \
	"INSERT INTO temp.doomed SELECT id FROM samples AS s WHERE target = ?1 AND %1$s < ?2"      \
	" AND (base IS NULL OR NOT EXISTS"                                                         \
	" (SELECT 1 FROM samples AS y WHERE y.base = s.base AND y.%1$s >= ?2))"

static enum status doom(struct pruning *pruning, int64_t target, bool this_boot, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	char text[sizeof(DOOMED) + 64];
	snprintf(text, sizeof(text), DOOMED, this_boot ? "seconds" : "time_ms");
	enum status status = sql_prepare(pruning->store, text, &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	if (this_boot)
		sqlite3_bind_double(row, 2, pruning->oldest_seconds);
	else
		sqlite3_bind_int64(row, 2, pruning->oldest_ms);
	status = sql_run(pruning->store, row, err);
	pruning->removed += sqlite3_changes(pruning->store->db);
	return status;
}

// The first sample of each target shows whether there is anything to remove.
static enum status doom_all(struct pruning *pruning, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(pruning->store,
		"SELECT t.id, t.boot_id = ?1, s.seconds, s.time_ms FROM targets AS t"
		" JOIN samples AS s ON s.id = (SELECT id FROM samples WHERE target = t.id"
		"  ORDER BY seconds LIMIT 1)", &row, err);
	if (status)
		return status;
	sql_bind_text(row, 1, pruning->boot_id);
	while ((status = sql_step(pruning->store, row, err)) == STATUS_MORE) {
		bool this_boot = sqlite3_column_int(row, 1);
		bool is_old = this_boot ? sql_real(row, 2) < pruning->oldest_seconds
					: sqlite3_column_int64(row, 3) < pruning->oldest_ms;
		if (!is_old)
			continue;
		status = doom(pruning, sqlite3_column_int64(row, 0), this_boot, err);
		if (status)
			return status;
	}
	return status;
}

static enum status remove_names(struct pruning *pruning, struct error *err)
{
	int64_t last = 0;
	enum status status =
		sql_number(pruning->store, "SELECT max(id) FROM samples", &last, err);
	if (status || last % NAMES_EVERY)
		return status;
	return sql_execute(pruning->store,
		"DELETE FROM names WHERE id NOT IN (SELECT type FROM types"
		" UNION SELECT type FROM containers"
		" UNION SELECT path FROM containers WHERE path IS NOT NULL"
		" UNION SELECT type FROM unreached"
		" UNION SELECT missing FROM samples WHERE missing IS NOT NULL"
		" UNION SELECT name FROM threads WHERE name IS NOT NULL"
		" UNION SELECT function FROM threads WHERE function IS NOT NULL"
		" UNION SELECT file FROM threads WHERE file IS NOT NULL)", err);
}

static enum status remove_doomed(struct pruning *pruning, struct error *err)
{
	enum status status = sql_execute(pruning->store,
		"CREATE TEMP TABLE IF NOT EXISTS doomed(id INTEGER PRIMARY KEY);"
		"DELETE FROM temp.doomed", err);
	if (!status)
		status = doom_all(pruning, err);
	if (status || !pruning->removed)
		return status;
	status = sql_execute(pruning->store,
		"DELETE FROM types WHERE sample IN (SELECT id FROM temp.doomed);"
		"DELETE FROM containers WHERE sample IN (SELECT id FROM temp.doomed);"
		"DELETE FROM collectors WHERE sample IN (SELECT id FROM temp.doomed);"
		"DELETE FROM generations WHERE sample IN (SELECT id FROM temp.doomed);"
		"DELETE FROM threads WHERE sample IN (SELECT id FROM temp.doomed);"
		"DELETE FROM unreached WHERE sample IN (SELECT id FROM temp.doomed);"
		"DELETE FROM samples WHERE id IN (SELECT id FROM temp.doomed);"
		"DELETE FROM targets WHERE NOT EXISTS"
		" (SELECT 1 FROM samples WHERE samples.target = targets.id)", err);
	return status ? status : remove_names(pruning, err);
}

enum status store_prune(struct store *store, double seconds, struct error *err)
{
	char boot_id[HOST_TEXT_SIZE];
	host_boot_id(boot_id);
	struct pruning pruning = {
		.store = store,
		.boot_id = boot_id,
		.oldest_seconds = time_boot_seconds() - seconds,
		.oldest_ms = time_wall_ms() - (int64_t)(seconds * 1000),
	};
	enum status status = sql_execute(store, "BEGIN IMMEDIATE", err);
	if (status)
		return status;
	status = remove_doomed(&pruning, err);
	if (!status)
		status = sql_execute(store, "COMMIT", err);
	if (status) {
		enum status undone = sql_execute(store, "ROLLBACK", NULL);
		(void)undone; // SQLite may have rolled back by itself
		return status;
	}
	return pruning.removed ? sql_execute(store, "PRAGMA incremental_vacuum", err) : STATUS_OK;
}
