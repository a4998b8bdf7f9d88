// SPDX-License-Identifier: MIT
#include "store/reading.h"

#include "store/store.h"

const char reading_columns[] =
	"s.id, s.time_ms, s.seconds, s.base,"
	" s.rss_bytes, s.pss_bytes, s.uss_bytes, s.swap_bytes,"
	" s.brk_bytes, s.anonymous_bytes, s.file_bytes, s.stack_bytes, s.shared_bytes,"
	" s.stopped_ms, s.copy_ms, s.prepare_ms, s.copied_bytes, s.skipped_bytes,"
	" s.unreadable_bytes, s.threads, s.attempts, s.consistent,"
	" s.objects, s.bytes, s.tracked, s.untracked, s.opaque, s.unreadable, s.unreached,"
	" s.pymalloc_arena_bytes, s.pymalloc_used_bytes, s.pymalloc_free_bytes, s.inexact,"
	" s.blocks, s.unreached_blocks, s.unreached_bytes, s.other_blocks, s.other_bytes,"
	" s.containers, s.least_length";

enum { ID, TIME, SECONDS, BASE, MEMORY, COPY = MEMORY + 9, TOTALS = COPY + 9 };

_Static_assert(TOTALS + 18 == READING_COLUMNS, "all columns are read");

static bool is_known(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) != SQLITE_NULL;
}

static void read_memory(sqlite3_stmt *row, double seconds, struct memory_usage *ret)
{
	*ret = (struct memory_usage){
		.seconds = seconds,
		.rss_bytes = sql_unsigned(row, MEMORY),
		.has_details = is_known(row, MEMORY + 1),
		.pss_bytes = sql_unsigned(row, MEMORY + 1),
		.uss_bytes = sql_unsigned(row, MEMORY + 2),
		.swap_bytes = sql_unsigned(row, MEMORY + 3),
		.has_split = is_known(row, MEMORY + 4),
		.brk_bytes = sql_unsigned(row, MEMORY + 4),
		.anonymous_bytes = sql_unsigned(row, MEMORY + 5),
		.file_bytes = sql_unsigned(row, MEMORY + 6),
		.stack_bytes = sql_unsigned(row, MEMORY + 7),
		.shared_bytes = sql_unsigned(row, MEMORY + 8),
	};
}

static void read_copy(sqlite3_stmt *row, struct copy_report *ret)
{
	*ret = (struct copy_report){
		.stopped_ms = sql_real(row, COPY),
		.copy_ms = sql_real(row, COPY + 1),
		.prepare_ms = sql_real(row, COPY + 2),
		.copied_bytes = sql_unsigned(row, COPY + 3),
		.skipped_bytes = sql_unsigned(row, COPY + 4),
		.unreadable_bytes = sql_unsigned(row, COPY + 5),
		.threads = (unsigned)sql_unsigned(row, COPY + 6),
		.attempts = (unsigned)sql_unsigned(row, COPY + 7),
		.consistent = sql_unsigned(row, COPY + 8),
	};
}

static void read_totals(sqlite3_stmt *row, struct census_totals *ret)
{
	*ret = (struct census_totals){
		.objects = sql_unsigned(row, TOTALS),
		.bytes = sql_unsigned(row, TOTALS + 1),
		.tracked = sql_unsigned(row, TOTALS + 2),
		.untracked = sql_unsigned(row, TOTALS + 3),
		.opaque = sql_unsigned(row, TOTALS + 4),
		.unreadable = sql_unsigned(row, TOTALS + 5),
		.unreached = sql_unsigned(row, TOTALS + 6),
		.pymalloc_arena_bytes = sql_unsigned(row, TOTALS + 7),
		.pymalloc_used_bytes = sql_unsigned(row, TOTALS + 8),
		.pymalloc_free_bytes = sql_unsigned(row, TOTALS + 9),
		.is_inexact = sql_unsigned(row, TOTALS + 10),
		.has_blocks = is_known(row, TOTALS + 11),
		.blocks = sql_unsigned(row, TOTALS + 11),
		.unreached_blocks = sql_unsigned(row, TOTALS + 12),
		.unreached_bytes = sql_unsigned(row, TOTALS + 13),
		.other_blocks = sql_unsigned(row, TOTALS + 14),
		.other_bytes = sql_unsigned(row, TOTALS + 15),
	};
}

void reading_read(sqlite3_stmt *row, struct store_reading *ret)
{
	*ret = (struct store_reading){
		.id = sqlite3_column_int64(row, ID),
		.time_ms = sqlite3_column_int64(row, TIME),
		.seconds = sql_real(row, SECONDS),
		.has_heap = is_known(row, BASE),
		.has_copy = is_known(row, COPY),
		.containers = sql_unsigned(row, TOTALS + 16),
		.least_length = sql_unsigned(row, TOTALS + 17),
	};
	read_memory(row, ret->seconds, &ret->memory);
	read_copy(row, &ret->copy);
	read_totals(row, &ret->totals);
}

static void bind_memory(sqlite3_stmt *row, int at, const struct memory_usage *memory)
{
	bool details = memory->has_details, split = memory->has_split;
	sql_bind_unsigned(row, at, memory->rss_bytes);
	sql_bind_known(row, at + 1, details, memory->pss_bytes);
	sql_bind_known(row, at + 2, details, memory->uss_bytes);
	sql_bind_known(row, at + 3, details, memory->swap_bytes);
	sql_bind_known(row, at + 4, split, memory->brk_bytes);
	sql_bind_known(row, at + 5, split, memory->anonymous_bytes);
	sql_bind_known(row, at + 6, split, memory->file_bytes);
	sql_bind_known(row, at + 7, split, memory->stack_bytes);
	sql_bind_known(row, at + 8, split, memory->shared_bytes);
}

// Columns that are not bound are null.
static void bind_copy(sqlite3_stmt *row, int at, const struct copy_report *copy)
{
	sqlite3_bind_double(row, at, copy->stopped_ms);
	sqlite3_bind_double(row, at + 1, copy->copy_ms);
	sqlite3_bind_double(row, at + 2, copy->prepare_ms);
	sql_bind_unsigned(row, at + 3, copy->copied_bytes);
	sql_bind_unsigned(row, at + 4, copy->skipped_bytes);
	sql_bind_unsigned(row, at + 5, copy->unreadable_bytes);
	sql_bind_unsigned(row, at + 6, copy->threads);
	sql_bind_unsigned(row, at + 7, copy->attempts);
	sql_bind_unsigned(row, at + 8, copy->consistent);
}

static void bind_totals(sqlite3_stmt *row, int at, const struct store_reading *reading)
{
	const struct census_totals *totals = &reading->totals;
	sql_bind_unsigned(row, at, totals->objects);
	sql_bind_unsigned(row, at + 1, totals->bytes);
	sql_bind_unsigned(row, at + 2, totals->tracked);
	sql_bind_unsigned(row, at + 3, totals->untracked);
	sql_bind_unsigned(row, at + 4, totals->opaque);
	sql_bind_unsigned(row, at + 5, totals->unreadable);
	sql_bind_unsigned(row, at + 6, totals->unreached);
	sql_bind_unsigned(row, at + 7, totals->pymalloc_arena_bytes);
	sql_bind_unsigned(row, at + 8, totals->pymalloc_used_bytes);
	sql_bind_unsigned(row, at + 9, totals->pymalloc_free_bytes);
	sql_bind_unsigned(row, at + 10, totals->is_inexact);
	sql_bind_known(row, at + 11, totals->has_blocks, totals->blocks);
	sql_bind_known(row, at + 12, totals->has_blocks, totals->unreached_blocks);
	sql_bind_known(row, at + 13, totals->has_blocks, totals->unreached_bytes);
	sql_bind_known(row, at + 14, totals->has_blocks, totals->other_blocks);
	sql_bind_known(row, at + 15, totals->has_blocks, totals->other_bytes);
	sql_bind_unsigned(row, at + 16, reading->containers);
	sql_bind_unsigned(row, at + 17, reading->least_length);
}

static enum status make_base(struct store *store, int64_t id, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status =
		sql_prepare(store, "UPDATE samples SET base = id WHERE id = ?1", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, id);
	return sql_run(store, row, err);
}

enum status reading_write(struct store *store, const struct store_reading *reading,
	int64_t target, int64_t base, int64_t missing, int64_t *ret, struct error *err)
{
	enum { FIRST = 6 }; // parameters in front of those that keep their order
	AUTO(sql_finalizep) sqlite3_stmt *row = NULL;
	enum status status = sql_prepare(store,
		"INSERT INTO samples VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28,"
		" ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41)", &row, err);
	if (status)
		return status;
	sqlite3_bind_int64(row, 1, target);
	sqlite3_bind_int64(row, 2, reading->time_ms);
	sqlite3_bind_double(row, 3, reading->seconds);
	if (base > 0)
		sqlite3_bind_int64(row, 4, base);
	sql_bind_known(row, 5, missing, (uint64_t)missing);
	bind_memory(row, FIRST, &reading->memory);
	if (reading->has_copy)
		bind_copy(row, FIRST + COPY - MEMORY, &reading->copy);
	if (reading->has_heap)
		bind_totals(row, FIRST + TOTALS - MEMORY, reading);
	status = sql_run(store, row, err);
	if (status)
		return status;
	*ret = sqlite3_last_insert_rowid(store->db);
	return base < 0 ? make_base(store, *ret, err) : STATUS_OK;
}
