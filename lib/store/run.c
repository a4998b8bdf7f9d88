// SPDX-License-Identifier: MIT
#include "store/run.h"

#include "store/sql.h"

enum { ROWS_MAX = 1 << 20 }; // for one sample

void run_deinit(struct run *run)
{
	if (!run)
		return;
	run_types_deinit(&run->types);
	run_containers_deinit(&run->containers);
}

// A row with the same key as the last one replaces it.
static enum status add_type(struct run *run, sqlite3_stmt *row)
{
	const struct run_type type = {
		.name = sqlite3_column_int64(row, 0),
		.count = sql_unsigned(row, 1),
		.bytes = sql_unsigned(row, 2),
		.tracked_count = sql_unsigned(row, 3),
		.tracked_bytes = sql_unsigned(row, 4),
		.opaque_count = sql_unsigned(row, 5),
		.is_approximate = sqlite3_column_int(row, 6),
	};
	struct run_type *last = run_types_last(&run->types);
	if (!last || last->name != type.name)
		return run_types_add(&run->types, type);
	*last = type;
	return STATUS_OK;
}

static enum status add_container(struct run *run, sqlite3_stmt *row)
{
	const struct run_container container = {
		.address = (addr_t)sqlite3_column_int64(row, 0),
		.type = sqlite3_column_int64(row, 1),
		.is_gone = sqlite3_column_type(row, 2) == SQLITE_NULL,
		.length = sql_unsigned(row, 2),
		.bytes = sql_unsigned(row, 3),
		.path = sqlite3_column_int64(row, 4),
	};
	struct run_container *last = run_containers_last(&run->containers);
	if (!last || last->address != container.address)
		return run_containers_add(&run->containers, container);
	*last = container;
	return STATUS_OK;
}

// Loads the rows of all samples of the base up to one sample, ordered by key and then by sample.
static enum status load(struct store *store, const char *text, int64_t base, int64_t sample,
	enum status (*add)(struct run *run, sqlite3_stmt *row), struct run *run, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *statement = NULL;
	enum status status = sql_prepare(store, text, &statement, err);
	if (status)
		return status;
	sqlite3_bind_int64(statement, 1, base);
	sqlite3_bind_int64(statement, 2, sample);
	while ((status = sql_step(store, statement, err)) == STATUS_MORE) {
		if (run->types.count >= ROWS_MAX || run->containers.count >= ROWS_MAX)
			return error_set(err, STATUS_INVALID,
				"'%s' is damaged: a sample has over %d rows", store->path,
				ROWS_MAX);
		if (add(run, statement))
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

// Compares addresses as unsigned; SQLite sorts them as signed.
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
		base, sample, add_type, &run, err);
	if (!status)
		status = load(store,
			"SELECT c.address, c.type, c.length, c.bytes, c.path"
			" FROM samples AS s CROSS JOIN containers AS c ON c.sample = s.id"
			" WHERE s.base = ?1 AND s.id <= ?2 ORDER BY c.address, c.sample",
			base, sample, add_container, &run, err);
	if (status) {
		run_deinit(&run);
		return status;
	}
	drop_gone(&run);
	run_containers_sort(&run.containers, compare_address);
	*ret = run;
	return STATUS_OK;
}

const struct run_container *run_find(const struct run *run, addr_t address)
{
	const struct run_container key = {.address = address};
	return run_containers_find(&run->containers, &key, compare_address);
}

// --- What changed ---

static bool same_type(const struct run_type *a, const struct run_type *b)
{
	return a->count == b->count && a->bytes == b->bytes &&
		a->tracked_count == b->tracked_count && a->tracked_bytes == b->tracked_bytes &&
		a->opaque_count == b->opaque_count && a->is_approximate == b->is_approximate;
}

static bool same_container(const struct run_container *a, const struct run_container *b)
{
	return a->type == b->type && a->is_gone == b->is_gone && a->length == b->length &&
		a->bytes == b->bytes && a->path == b->path;
}

enum status run_each_type(
	const struct run *before, const struct run *now, const struct run_change *change)
{
	const struct run_type *old = before->types.items, *new = now->types.items;
	size_t old_count = before->types.count, new_count = now->types.count;
	enum status status = STATUS_OK;
	for (size_t i = 0, j = 0; !status && (i < old_count || j < new_count);) {
		if (j == new_count || (i < old_count && old[i].name < new[j].name)) {
			const struct run_type gone = {.name = old[i++].name};
			status = change->type(change->context, &gone);
		} else if (i == old_count || new[j].name < old[i].name) {
			status = change->type(change->context, &new[j++]);
		} else {
			if (!same_type(&old[i], &new[j]))
				status = change->type(change->context, &new[j]);
			i++;
			j++;
		}
	}
	return status;
}

enum status run_each_container(
	const struct run *before, const struct run *now, const struct run_change *change)
{
	const struct run_container *old = before->containers.items, *new = now->containers.items;
	size_t old_count = before->containers.count, new_count = now->containers.count;
	enum status status = STATUS_OK;
	for (size_t i = 0, j = 0; !status && (i < old_count || j < new_count);) {
		if (j == new_count || (i < old_count && old[i].address < new[j].address)) {
			const struct run_container gone = {
				.address = old[i].address, .type = old[i].type, .is_gone = true};
			i++;
			status = change->container(change->context, &gone);
		} else if (i == old_count || new[j].address < old[i].address) {
			status = change->container(change->context, &new[j++]);
		} else {
			if (!same_container(&old[i], &new[j]))
				status = change->container(change->context, &new[j]);
			i++;
			j++;
		}
	}
	return status;
}

static enum status count_type(void *context, const struct run_type *row)
{
	(void)row;
	++*(size_t *)context;
	return STATUS_OK;
}

static enum status count_container(void *context, const struct run_container *row)
{
	(void)row;
	++*(size_t *)context;
	return STATUS_OK;
}

bool run_is_other(const struct run *before, const struct run *now)
{
	size_t changed = 0;
	const struct run_change count = {count_type, count_container, &changed};
	enum status status = run_each_type(before, now, &count);
	if (!status)
		status = run_each_container(before, now, &count);
	return status || changed > (now->types.count + now->containers.count) / 2;
}
