// SPDX-License-Identifier: MIT
#include "base/array.h"
#include "store/lists.h"
#include "store/names.h"
#include "store/reading.h"
#include "store/run.h"
#include "store/run_census.h"
#include "store/sql.h"
#include "store/store.h"

#include <stdlib.h>

enum { BRIEFS_MAX = 1 << 24 }; // samples of a target: one a second for half a year

void store_sample_destroy(struct store_sample *sample)
{
	if (!sample)
		return;
	for (size_t i = 0; i < sample->thread_count; i++) {
		free(sample->threads[i].name);
		free(sample->threads[i].function);
		free(sample->threads[i].file);
	}
	census_destroy(sample->census);
	free(sample->threads);
	free(sample->collectors);
	free(sample->missing);
	free(sample);
}

// --- Many samples ---

static enum status add_brief(struct array *briefs, sqlite3_stmt *row)
{
	struct store_brief *brief;
	enum status status = array_add(briefs, sizeof(*brief), (void **)&brief);
	if (status)
		return status;
	*brief = (struct store_brief){
		.id = sqlite3_column_int64(row, 0),
		.time_ms = sqlite3_column_int64(row, 1),
		.seconds = sql_real(row, 2),
		.rss_bytes = sql_unsigned(row, 3),
		.has_heap = sqlite3_column_type(row, 4) != SQLITE_NULL,
		.objects = sql_unsigned(row, 5),
		.bytes = sql_unsigned(row, 6),
	};
	return STATUS_OK;
}

// In a file that is damaged the index may be out of order.
static int compare_brief(const void *left, const void *right)
{
	const struct store_brief *a = left, *b = right;
	if (a->seconds != b->seconds)
		return a->seconds < b->seconds ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static void sort_briefs(struct array *briefs)
{
	const struct store_brief *items = briefs->items;
	for (size_t i = 1; i < briefs->count; i++)
		if (compare_brief(&items[i - 1], &items[i]) > 0) {
			qsort(briefs->items, briefs->count, sizeof(*items), compare_brief);
			return;
		}
}

enum status store_briefs(struct store *store, int64_t target, struct store_brief **ret,
	size_t *ret_count, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	AUTO(array_deinit) struct array briefs = {0};
	enum status status = sql_prepare(store,
		"SELECT id, time_ms, seconds, rss_bytes, base, objects, bytes FROM samples"
		" WHERE target = ?1 ORDER BY seconds, id", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	while ((status = sql_step(store, row, err)) == STATUS_MORE) {
		if (briefs.count >= BRIEFS_MAX)
			return error_set(err, STATUS_INVALID, "'%s' has too many samples",
				store->path);
		if (add_brief(&briefs, row))
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate the samples of '%s'",
				store->path);
	}
	if (status)
		return status;
	sort_briefs(&briefs);
	*ret_count = briefs.count;
	*ret = take_ptr(briefs.items);
	return STATUS_OK;
}

static enum status find_heap(
	struct store *store, const char *text, int64_t target, int64_t *ret, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store, text, &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	status = sql_step(store, row, err);
	if (status && status != STATUS_MORE)
		return status;
	*ret = status == STATUS_MORE ? sqlite3_column_int64(row, 0) : 0;
	return STATUS_OK;
}

enum status store_heap_ends(struct store *store, int64_t target, int64_t *ret_first,
	int64_t *ret_last, struct error *err)
{
	enum status status = find_heap(store,
		"SELECT id FROM samples WHERE target = ?1 AND base IS NOT NULL"
		" ORDER BY seconds LIMIT 1", target, ret_first, err);
	return status ? status
		      : find_heap(store,
				"SELECT id FROM samples WHERE target = ?1 AND base IS NOT NULL"
				" ORDER BY seconds DESC LIMIT 1", target, ret_last, err);
}

static enum status prepare_readings(
	struct store *store, const char *condition, sqlite3_stmt **ret, struct error *err)
{
	char text[2048];
	snprintf(text, sizeof(text),
		"SELECT %s, n.text FROM samples AS s LEFT JOIN names AS n ON n.id = s.missing WHERE %s",
		reading_columns, condition);
	return sql_prepare(store, text, ret, err);
}

enum status store_each_reading(struct store *store, int64_t target,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare_readings(
		store, "s.target = ?1 ORDER BY s.seconds, s.id", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	while ((status = sql_step(store, row, err)) == STATUS_MORE) {
		struct reading reading;
		reading_read(row, &reading);
		status = visit(&reading, context);
		if (status)
			return status;
	}
	return status;
}

// --- One sample ---

static enum status read_reading(struct store *store, int64_t id, struct store_sample *sample,
	int64_t *ret_base, uint64_t *ret_least_length, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare_readings(store, "s.id = ?1", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, id);
	status = sql_step(store, row, err);
	if (status != STATUS_MORE)
		return status ? status
			      : error_set(err, STATUS_NOT_FOUND,
					"the sample was removed from '%s' meanwhile", store->path);
	reading_read(row, &sample->reading);
	*ret_least_length = reading_least_length(row);
	*ret_base = sqlite3_column_int64(row, 3);
	if (sql_text(row, READING_COLUMNS, &sample->missing))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	return STATUS_OK;
}

static enum status read_heap(struct store *store, struct names *names, int64_t base,
	int64_t id, struct store_sample *sample, struct error *err)
{
	struct run run = {0};
	enum status status = run_load(store, base, id, &run, err);
	if (!status)
		status = run_census(store, names, &run, &sample->census, err);
	if (!status) {
		sample->census->totals = sample->reading.totals;
	}
	run_deinit(&run);
	return status;
}

static enum status read_sample(
	struct store *store, int64_t id, struct store_sample *sample, struct error *err)
{
	AUTO(names_deinit) struct names names = {0};
	const struct lists lists = {store, &names, id};
	int64_t base = 0;
	uint64_t least_length = 0;
	enum status status = read_reading(store, id, sample, &base, &least_length, err);
	if (!status && sample->reading.has_heap)
		status = read_heap(store, &names, base, id, sample, err);
	if (sample->census)
		sample->census->least_length = least_length;
	return status ? status : lists_read(&lists, sample, err);
}

enum status store_read(
	struct store *store, int64_t sample, struct store_sample **ret, struct error *err)
{
	AUTO(store_sample_destroyp) struct store_sample *result = calloc(1, sizeof(*result));
	if (!result)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	// One transaction: nothing is removed while it is read.
	enum status status = sql_execute(store, "BEGIN", err);
	if (status)
		return status;
	status = read_sample(store, sample, result, err);
	enum status ended = sql_execute(store, "COMMIT", status ? NULL : err);
	if (status || ended)
		return status ? status : ended;
	*ret = take_ptr(result);
	return STATUS_OK;
}
