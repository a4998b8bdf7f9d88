// SPDX-License-Identifier: MIT
#include "store/lists.h"

#include "base/vector.h"
#include "result/sample.h"
#include "store/names.h"
#include "store/sql.h"

enum {
	ITEMS_MAX = 1 << 17, // of one sample
	UNREACHED_MAX = 100, // stored for a sample
};

// --- Writing ---

static enum status insert_generations(
	const struct lists *lists, sqlite3_stmt *row, size_t position,
	const struct sample_interpreter *collector, struct error *err)
{
	enum status status = STATUS_OK;
	for (unsigned i = 0; !status && i < collector->generation_count; i++) {
		const struct sample_generation *generation = &collector->generations[i];
		sqlite3_bind_int64(row, 1, lists->id);
		sqlite3_bind_int64(row, 2, (sqlite3_int64)position);
		sqlite3_bind_int64(row, 3, i);
		sqlite3_bind_int64(row, 4, generation->count);
		sqlite3_bind_int64(row, 5, generation->threshold);
		sql_bind_unsigned(row, 6, generation->objects);
		sql_bind_unsigned(row, 7, generation->collections);
		sql_bind_unsigned(row, 8, generation->collected);
		sql_bind_unsigned(row, 9, generation->uncollectable);
		status = sql_run(lists->store, row, err);
	}
	return status;
}

static enum status insert_collectors(
	const struct lists *lists, const struct sample *sample, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	AUTO(sql_finalizep) sqlite3_stmt *generations = NULL;
	enum status status = sql_prepare(lists->store,
		"INSERT INTO collectors VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &row, err);
	if (!status)
		status = sql_prepare(lists->store,
			"INSERT INTO generations VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
			&generations, err);
	for (size_t i = 0; !status && i < sample->interpreter_count; i++) {
		const struct sample_interpreter *collector = &sample->interpreters[i];
		sqlite3_bind_int64(row, 1, lists->id);
		sqlite3_bind_int64(row, 2, (sqlite3_int64)i);
		sqlite3_bind_int64(row, 3, collector->id);
		sqlite3_bind_int(row, 4, collector->gc_enabled);
		sql_bind_unsigned(row, 5, collector->garbage);
		sql_bind_unsigned(row, 6, collector->frozen);
		sql_bind_known(row, 7, collector->has_heap, collector->objects);
		sql_bind_known(row, 8, collector->has_heap, collector->bytes);
		sql_bind_known(row, 9, collector->has_heap, collector->tracked);
		status = sql_run(lists->store, row, err);
		if (!status)
			status = insert_generations(lists, generations, i, collector, err);
	}
	return status;
}

static enum status insert_thread(const struct lists *lists, sqlite3_stmt *row,
	const struct sample_thread *thread, struct error *err)
{
	const char *const texts[] = {thread->name, thread->function, thread->file};
	const char state[] = {thread->state, '\0'};
	sql_bind_known(row, 3, thread->tid > 0, (uint64_t)thread->tid);
	sql_bind_text(row, 4, thread->state ? state : NULL);
	for (int i = 0; i < 3; i++) {
		int64_t id;
		enum status status = names_intern(
			lists->store, lists->names, texts[i], &id, err);
		if (status)
			return status;
		sql_bind_known(row, 5 + i, id, (uint64_t)id);
	}
	sql_bind_known(row, 8, thread->line > 0, (uint64_t)thread->line);
	sql_bind_known(row, 9, thread->is_python, thread->depth);
	return sql_run(lists->store, row, err);
}

static enum status insert_threads(
	const struct lists *lists, const struct sample *sample, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(lists->store,
		"INSERT INTO threads VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &row, err);
	for (size_t i = 0; !status && i < sample->thread_count; i++) {
		sqlite3_bind_int64(row, 1, lists->id);
		sqlite3_bind_int64(row, 2, (sqlite3_int64)i);
		status = insert_thread(lists, row, &sample->threads[i], err);
	}
	return status;
}

// The list is sorted by size, so the rows that are left out are small.
static enum status insert_unreached(
	const struct lists *lists, const struct census *census, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(
		lists->store, "INSERT INTO unreached VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &row, err);
	for (size_t i = 0; !status && i < census->unreached_count && i < UNREACHED_MAX; i++) {
		const struct census_unreached *unreached = &census->unreached[i];
		int64_t id = 0;
		status = names_intern(lists->store, lists->names, unreached->type, &id, err);
		if (status)
			return status;
		sqlite3_bind_int64(row, 1, lists->id);
		sqlite3_bind_int64(row, 2, (sqlite3_int64)i);
		sqlite3_bind_int64(row, 3, id);
		sqlite3_bind_int64(row, 4, unreached->block_size);
		sql_bind_unsigned(row, 5, unreached->count);
		sql_bind_unsigned(row, 6, unreached->bytes);
		status = sql_run(lists->store, row, err);
	}
	return status;
}

enum status lists_write(
	const struct lists *lists, const struct sample *sample, struct error *err)
{
	enum status status = insert_collectors(lists, sample, err);
	if (!status)
		status = insert_threads(lists, sample, err);
	return status || !sample->census ? status
					 : insert_unreached(lists, sample->census, err);
}

// --- Reading ---

VECTOR(interpreters, struct sample_interpreter)
VECTOR(threads, struct sample_thread)
VECTOR(unreached, struct census_unreached)

static enum status prepare(
	const struct lists *lists, const char *text, sqlite3_stmt **ret, struct error *err)
{
	enum status status = sql_prepare(lists->store, text, ret, err);
	if (!status)
		sqlite3_bind_int64(*ret, 1, lists->id);
	return status;
}

// STATUS_MORE: there is a row. STATUS_INVALID: count, the number of rows before it, is too large.
static enum status next_row(
	const struct lists *lists, sqlite3_stmt *row, size_t count, struct error *err)
{
	enum status status = sql_step(lists->store, row, err);
	if (status == STATUS_MORE && count >= ITEMS_MAX)
		return error_set(err, STATUS_INVALID, "'%s' is damaged: a sample has over %d rows",
			lists->store->path, ITEMS_MAX);
	return status;
}

static enum status refuse_memory(struct error *err)
{
	return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
}

static void read_generation(sqlite3_stmt *row, struct sample_interpreter *interpreter)
{
	if (interpreter->generation_count >= SAMPLE_GENERATIONS_MAX)
		return;
	interpreter->generations[interpreter->generation_count++] = (struct sample_generation){
		.count = sql_int(row, 0),
		.threshold = sql_int(row, 1),
		.objects = sql_unsigned(row, 2),
		.collections = sql_unsigned(row, 3),
		.collected = sql_unsigned(row, 4),
		.uncollectable = sql_unsigned(row, 5),
	};
}

static enum status read_generations(
	const struct lists *lists, struct interpreters *items, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare(lists,
		"SELECT count, threshold, objects, collections, collected, uncollectable, position"
		" FROM generations WHERE sample = ?1 ORDER BY position, generation", &row, err);
	if (status)
		return status;
	while ((status = sql_step(lists->store, row, err)) == STATUS_MORE) {
		uint64_t position = sql_unsigned(row, 6);
		if (position < items->count)
			read_generation(row, &items->items[position]);
	}
	return status;
}

static enum status read_collectors(
	const struct lists *lists, struct interpreters *items, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare(lists,
		"SELECT interpreter, enabled, garbage, frozen, objects, bytes, tracked"
		" FROM collectors WHERE sample = ?1 ORDER BY position", &row, err);
	if (status)
		return status;
	while ((status = next_row(lists, row, items->count, err)) == STATUS_MORE) {
		const struct sample_interpreter interpreter = {
			.id = sqlite3_column_int64(row, 0),
			.gc_enabled = sqlite3_column_int(row, 1),
			.garbage = sql_unsigned(row, 2),
			.frozen = sql_unsigned(row, 3),
			.has_heap = sqlite3_column_type(row, 4) != SQLITE_NULL,
			.objects = sql_unsigned(row, 4),
			.bytes = sql_unsigned(row, 5),
			.tracked = sql_unsigned(row, 6),
		};
		if (interpreters_add(items, interpreter))
			return refuse_memory(err);
	}
	return status ? status : read_generations(lists, items, err);
}

static enum status read_thread(const struct lists *lists, sqlite3_stmt *row,
	struct sample_thread *ret, struct error *err)
{
	const unsigned char *state = sqlite3_column_text(row, 1);
	ret->tid = sql_int(row, 0);
	ret->state = state && state[0] > ' ' && state[0] < 0x7f ? (char)state[0] : 0;
	ret->line = sql_int(row, 5);
	ret->is_python = sqlite3_column_type(row, 6) != SQLITE_NULL;
	ret->depth = (unsigned)sql_unsigned(row, 6);
	char **const texts[] = {&ret->name, &ret->function, &ret->file};
	enum status status = STATUS_OK;
	for (int i = 0; !status && i < 3; i++)
		status = names_read(lists->store, lists->names, sqlite3_column_int64(row, 2 + i),
			texts[i], err);
	return status;
}

static enum status read_threads(
	const struct lists *lists, struct threads *items, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare(lists,
		"SELECT tid, state, name, function, file, line, depth FROM threads"
		" WHERE sample = ?1 ORDER BY position", &row, err);
	if (status)
		return status;
	while ((status = next_row(lists, row, items->count, err)) == STATUS_MORE) {
		struct sample_thread *thread = threads_add_zeroed(items);
		status = thread ? read_thread(lists, row, thread, err) : refuse_memory(err);
		if (status)
			return status;
	}
	return status;
}

static enum status read_unreached(
	const struct lists *lists, struct unreached *items, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = prepare(lists,
		"SELECT type, block_size, count, bytes FROM unreached WHERE sample = ?1"
		" ORDER BY position", &row, err);
	if (status)
		return status;
	while ((status = next_row(lists, row, items->count, err)) == STATUS_MORE) {
		struct census_unreached *item = unreached_add_zeroed(items);
		if (!item)
			return refuse_memory(err);
		item->block_size = (uint32_t)sql_unsigned(row, 1);
		item->count = sql_unsigned(row, 2);
		item->bytes = sql_unsigned(row, 3);
		status = names_read(lists->store, lists->names, sqlite3_column_int64(row, 0),
			&item->type, err);
		if (!status && !item->type)
			status = error_set(err, STATUS_INVALID,
				"'%s' is damaged: a name is missing", lists->store->path);
		if (status)
			return status;
	}
	return status;
}

enum status lists_read(const struct lists *lists, struct sample *sample, struct error *err)
{
	struct interpreters interpreters = {0};
	struct threads threads = {0};
	struct unreached unreached = {0};
	enum status status = read_collectors(lists, &interpreters, err);
	if (!status)
		status = read_threads(lists, &threads, err);
	if (!status && sample->census)
		status = read_unreached(lists, &unreached, err);
	sample->interpreters = interpreters_take_items(&interpreters, &sample->interpreter_count);
	sample->threads = threads_take_items(&threads, &sample->thread_count);
	if (sample->census)
		sample->census->unreached =
			unreached_take_items(&unreached, &sample->census->unreached_count);
	return status;
}
