// SPDX-License-Identifier: MIT
#include "store/run.h"

#include "store/sql.h"

enum { ROWS_MAX = 1 << 20 }; // of one sample

void run_deinit(struct run *run)
{
	if (!run)
		return;
	array_deinit(&run->types);
	array_deinit(&run->containers);
}

static enum status refuse_rows(const struct store *store, struct error *err)
{
	return error_set(err, STATUS_INVALID, "'%s' is damaged: a sample has over %d rows",
		store->path, ROWS_MAX);
}

// The place for a row with this key: that of the last one where it has the same.
static enum status next_type(struct array *types, int64_t name, struct run_type **ret)
{
	struct run_type *items = types->items;
	if (types->count && items[types->count - 1].name == name) {
		*ret = &items[types->count - 1];
		return STATUS_OK;
	}
	return array_add(types, sizeof(**ret), (void **)ret);
}

static enum status next_container(
	struct array *containers, addr_t address, struct run_container **ret)
{
	struct run_container *items = containers->items;
	if (containers->count && items[containers->count - 1].address == address) {
		*ret = &items[containers->count - 1];
		return STATUS_OK;
	}
	return array_add(containers, sizeof(**ret), (void **)ret);
}

static enum status add_type(struct array *types, sqlite3_stmt *row)
{
	struct run_type *type;
	int64_t name = sqlite3_column_int64(row, 0);
	enum status status = next_type(types, name, &type);
	if (status)
		return status;
	*type = (struct run_type){
		.name = name,
		.count = sql_unsigned(row, 1),
		.bytes = sql_unsigned(row, 2),
		.tracked_count = sql_unsigned(row, 3),
		.tracked_bytes = sql_unsigned(row, 4),
		.opaque_count = sql_unsigned(row, 5),
		.is_approximate = sqlite3_column_int(row, 6),
	};
	return STATUS_OK;
}

static enum status add_container(struct array *containers, sqlite3_stmt *row)
{
	struct run_container *container;
	addr_t address = (addr_t)sqlite3_column_int64(row, 0);
	enum status status = next_container(containers, address, &container);
	if (status)
		return status;
	*container = (struct run_container){
		.address = address,
		.type = sqlite3_column_int64(row, 1),
		.is_gone = sqlite3_column_type(row, 2) == SQLITE_NULL,
		.length = sql_unsigned(row, 2),
		.bytes = sql_unsigned(row, 3),
		.path = sqlite3_column_int64(row, 4),
	};
	return STATUS_OK;
}

static enum status load(struct store *store, const char *text, int64_t base, int64_t sample,
	enum status (*add)(struct array *rows, sqlite3_stmt *row), struct array *rows,
	struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *statement = NULL;
	enum status status = sql_prepare(store, text, &statement, err);
	if (status)
		return status;
	sqlite3_bind_int64(statement, 1, base);
	sqlite3_bind_int64(statement, 2, sample);
	while ((status = sql_step(store, statement, err)) == STATUS_MORE) {
		if (rows->count >= ROWS_MAX)
			return refuse_rows(store, err);
		if (add(rows, statement))
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	}
	return status;
}

static void drop_gone(struct run *run)
{
	struct run_type *types = run->types.items;
	size_t kept = 0;
	for (size_t i = 0; i < run->types.count; i++)
		if (types[i].count)
			types[kept++] = types[i];
	run->types.count = kept;
	struct run_container *containers = run->containers.items;
	kept = 0;
	for (size_t i = 0; i < run->containers.count; i++)
		if (!containers[i].is_gone)
			containers[kept++] = containers[i];
	run->containers.count = kept;
}

// Addresses are unsigned here, and signed where SQLite sorts them.
static int compare_address(const void *left, const void *right)
{
	const struct run_container *a = left, *b = right;
	return (a->address > b->address) - (a->address < b->address);
}

enum status run_load(
	struct store *store, int64_t base, int64_t sample, struct run *ret, struct error *err)
{
	struct run run = {0};
	enum status status = load(store,
		"SELECT t.type, t.count, t.bytes, t.tracked_count, t.tracked_bytes, t.opaque_count,"
		"  t.approximate"
		" FROM samples AS s CROSS JOIN types AS t ON t.sample = s.id"
		" WHERE s.base = ?1 AND s.id <= ?2 ORDER BY t.type, t.sample",
		base, sample, add_type, &run.types, err);
	if (!status)
		status = load(store,
			"SELECT c.address, c.type, c.length, c.bytes, c.path"
			" FROM samples AS s CROSS JOIN containers AS c ON c.sample = s.id"
			" WHERE s.base = ?1 AND s.id <= ?2 ORDER BY c.address, c.sample",
			base, sample, add_container, &run.containers, err);
	if (status) {
		run_deinit(&run);
		return status;
	}
	drop_gone(&run);
	if (run.containers.count)
		qsort(run.containers.items, run.containers.count, sizeof(struct run_container),
			compare_address);
	*ret = run;
	return STATUS_OK;
}

const struct run_container *run_find(const struct run *run, addr_t address)
{
	const struct run_container key = {.address = address};
	if (!run->containers.count)
		return NULL;
	return bsearch(&key, run->containers.items, run->containers.count, sizeof(key),
		compare_address);
}
