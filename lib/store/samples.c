// SPDX-License-Identifier: MIT
// Writes and reads samples: a row of `samples`, the changes in its run, and its lists.
#include "base/vector.h"
#include "result/figures.h"
#include "result/sample.h"
#include "store/census_rows.h"
#include "store/lists.h"
#include "store/names.h"
#include "store/run.h"
#include "store/sql.h"
#include "store/store.h"
#include "store/targets.h"

#include <string.h>

enum {
	RUN_MAX = 32,	       // longer runs are smaller on disk, but slower to read
	SAMPLES_MAX = 1 << 24, // of a target: one a second for half a year
};

VECTOR(recorded_samples, struct recorded_sample)

// --- A row of `samples` ---

// The columns that read_row() reads; others may follow.
static const char row_columns[] =
	"s.time_ms, s.seconds, s.base, s.inexact, s.least_length"
#define MEMORY(name, ...) ", s." #name
#define TOTAL(name, ...) ", s." #name
#define COPY(name, ...) ", s." #name
#include "result/figures.def"
	;

enum { TIME, SECONDS, BASE, INEXACT, LEAST_LENGTH, FIGURES, ROW_COLUMNS = FIGURES + FIGURE_COUNT };

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

static struct reading read_row(sqlite3_stmt *row)
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
	return reading;
}

// An unknown figure stays unbound, which is null.
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

// --- Writing ---

// The state while a sample is written.
struct writing {
	struct store *store;
	const struct sample *sample;
	struct names names;
	int64_t target;
	int64_t base; // 0: the sample has no heap; -1: the sample is itself the base
	int64_t missing; // the id of a name, or 0
	int64_t id;
	uint64_t least_length;
	struct run before, now;
};

static void writing_deinit(struct writing *writing)
{
	names_deinit(&writing->names);
	run_deinit(&writing->before);
	run_deinit(&writing->now);
}

static enum status make_base(const struct writing *writing, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(
		writing->store, "UPDATE samples SET base = id WHERE id = ?1", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, writing->id);
	return sql_run(writing->store, row, err);
}

static enum status insert_row(struct writing *writing, struct error *err)
{
	enum { FIRST = 8 }; // the first parameter that is a figure
	const struct reading reading = sample_reading(writing->sample);
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(writing->store,
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
	sqlite3_bind_int64(row, 1, writing->target);
	sqlite3_bind_int64(row, 2, reading.taken_ms);
	sqlite3_bind_double(row, 3, reading.seconds);
	if (writing->base > 0)
		sqlite3_bind_int64(row, 4, writing->base);
	sql_bind_known(row, 5, writing->missing, (uint64_t)writing->missing);
	sql_bind_known(row, 6, reading.has_heap, reading.totals.is_inexact);
	sql_bind_known(row, 7, reading.has_heap, writing->least_length);
	for (int i = 0; i < FIGURE_COUNT; i++)
		bind_figure(row, FIRST + i, &figures[i], &reading);
	status = sql_run(writing->store, row, err);
	if (status)
		return status;
	writing->id = sqlite3_last_insert_rowid(writing->store->db);
	return writing->base < 0 ? make_base(writing, err) : STATUS_OK;
}

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

// Finds the run that the sample can continue: that of the last sample with a heap. base stays 0 if
// there is none, or if it is long enough.
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

// Makes the sample the base of a new run. Its rows were made with the containers of the previous
// run, so these are still followed.
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
	const struct census_rows rows = {writing->store, &writing->names, writing->sample->census,
		&writing->before, &writing->now, &writing->least_length};
	if (!status)
		status = census_rows_make(&rows, err);
	if (!status && (!writing->base || run_is_other(&writing->before, &writing->now)))
		begin_run(writing);
	return status;
}

static enum status write_sample(
	struct writing *writing, const struct recorded_target *target, struct error *err)
{
	struct store *store = writing->store;
	const struct sample *sample = writing->sample;
	enum status status = targets_note(store, target, &writing->target, err);
	if (!status)
		status = prepare_heap(writing, err);
	if (!status)
		status = names_intern(
			store, &writing->names, sample->census_missing, &writing->missing, err);
	if (!status)
		status = insert_row(writing, err);
	if (!status && writing->base)
		status = insert_changes(writing, err);
	if (status)
		return status;
	const struct lists lists = {store, &writing->names, writing->id};
	return lists_write(&lists, sample, err);
}

enum status store_add(struct store *store, const struct recorded_target *target,
	const struct sample *sample, struct error *err)
{
	struct writing writing = {.store = store, .sample = sample};
	enum status status = sql_execute(store, "BEGIN IMMEDIATE", err);
	if (status)
		return status;
	status = write_sample(&writing, target, err);
	writing_deinit(&writing); // open statements would keep the transaction open
	if (!status)
		status = sql_execute(store, "COMMIT", err);
	if (status) {
		enum status undone = sql_execute(store, "ROLLBACK", NULL);
		(void)undone; // SQLite may have rolled back by itself
	}
	return status;
}

// Looks at most at the last every - 1 samples for one that wanted a heap.
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

enum status store_is_heap_due(struct store *store, const struct recorded_target *target,
	uint64_t every, bool *ret, struct error *err)
{
	int64_t id;
	enum status status = targets_find(store, target, &id, err);
	return status ? status : count_back(store, id, every, ret, err);
}

// --- Reading many samples ---

static struct recorded_sample read_recorded(sqlite3_stmt *row)
{
	return (struct recorded_sample){
		.id = sqlite3_column_int64(row, 0),
		.taken_ms = sqlite3_column_int64(row, 1),
		.seconds = sql_real(row, 2),
		.rss_bytes = sql_unsigned(row, 3),
		.has_heap = sqlite3_column_type(row, 4) != SQLITE_NULL,
		.objects = sql_unsigned(row, 5),
		.bytes = sql_unsigned(row, 6),
	};
}

static int compare_time(const void *left, const void *right)
{
	const struct recorded_sample *a = left, *b = right;
	if (a->seconds != b->seconds)
		return a->seconds < b->seconds ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

// Restores the order by seconds: in a damaged file the index may be wrong.
static void mend_order(struct recorded_samples *samples)
{
	for (size_t i = 1; i < samples->count; i++)
		if (compare_time(&samples->items[i - 1], &samples->items[i]) > 0) {
			recorded_samples_sort(samples, compare_time);
			return;
		}
}

enum status store_samples(struct store *store, int64_t target, struct recorded_sample **ret,
	size_t *ret_count, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	AUTO(recorded_samples_deinit) struct recorded_samples samples = {0};
	enum status status = sql_prepare(store,
		"SELECT id, time_ms, seconds, rss_bytes, base, objects, bytes FROM samples"
		" WHERE target = ?1 ORDER BY seconds, id", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	while ((status = sql_step(store, row, err)) == STATUS_MORE) {
		if (samples.count >= SAMPLES_MAX)
			return error_set(err, STATUS_INVALID, "'%s' has too many samples",
				store->path);
		if (recorded_samples_add(&samples, read_recorded(row)))
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate the samples of '%s'",
				store->path);
	}
	if (status)
		return status;
	mend_order(&samples);
	*ret = recorded_samples_take_items(&samples, ret_count);
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

// Prepares to read rows for read_row(), with one more column: why the heap is missing.
static enum status prepare_rows(
	struct store *store, const char *condition, sqlite3_stmt **ret, struct error *err)
{
	char text[sizeof(row_columns) + 256];
	snprintf(text, sizeof(text),
		"SELECT %s, n.text FROM samples AS s LEFT JOIN names AS n ON n.id = s.missing WHERE %s",
		row_columns, condition);
	return sql_prepare(store, text, ret, err);
}

enum status store_each_reading(struct store *store, int64_t target,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare_rows(store, "s.target = ?1 ORDER BY s.seconds, s.id", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	while ((status = sql_step(store, row, err)) == STATUS_MORE) {
		const struct reading reading = read_row(row);
		status = visit(&reading, context);
		if (status)
			return status;
	}
	return status;
}

// --- Reading one sample ---

// The part of a sample that is read before its lists.
struct head {
	struct reading reading;
	int64_t base;
	uint64_t least_length;
};

// Stores in the sample why the heap is missing.
static enum status read_head(struct store *store, int64_t id, struct head *ret,
	struct sample *sample, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare_rows(store, "s.id = ?1", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, id);
	status = sql_step(store, row, err);
	if (status != STATUS_MORE)
		return status ? status
			      : error_set(err, STATUS_NOT_FOUND,
					"the sample was removed from '%s' meanwhile", store->path);
	*ret = (struct head){
		.reading = read_row(row),
		.base = sqlite3_column_int64(row, BASE),
		.least_length = sql_unsigned(row, LEAST_LENGTH),
	};
	status = sql_text(row, ROW_COLUMNS, &sample->census_missing);
	if (!status && !ret->reading.has_heap && !sample->census_missing) {
		sample->census_missing = strdup("only memory was recorded at this time");
		status = sample->census_missing ? STATUS_OK : STATUS_NO_MEMORY;
	}
	return status ? error_set(err, status, "cannot allocate a sample") : STATUS_OK;
}

static enum status read_heap(struct store *store, struct names *names, int64_t id,
	const struct head *head, struct census **ret, struct error *err)
{
	struct run run = {0};
	enum status status = run_load(store, head->base, id, &run, err);
	if (!status)
		status = census_rows_read(store, names, &run, ret, err);
	if (!status) {
		(*ret)->totals = head->reading.totals;
		(*ret)->least_length = head->least_length;
	}
	run_deinit(&run);
	return status;
}

static enum status read_sample(
	struct store *store, int64_t id, struct sample *sample, struct error *err)
{
	AUTO(names_deinit) struct names names = {0};
	const struct lists lists = {store, &names, id};
	struct head head;
	enum status status = read_head(store, id, &head, sample, err);
	if (status)
		return status;
	sample->seconds = head.reading.seconds;
	sample->taken_ms = head.reading.taken_ms;
	sample->memory = head.reading.memory;
	sample->copy = head.reading.copy;
	if (head.reading.has_heap)
		status = read_heap(store, &names, id, &head, &sample->census, err);
	return status ? status : lists_read(&lists, sample, err);
}

enum status store_read(struct store *store, int64_t id, struct sample **ret, struct error *err)
{
	AUTO(sample_destroyp) struct sample *sample = calloc(1, sizeof(*sample));
	if (!sample)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	// One transaction, so that nothing is removed while the sample is read.
	enum status status = sql_execute(store, "BEGIN", err);
	if (status)
		return status;
	status = read_sample(store, id, sample, err);
	enum status ended = sql_execute(store, "COMMIT", status ? NULL : err);
	if (status || ended)
		return status ? status : ended;
	*ret = take_ptr(sample);
	return STATUS_OK;
}
