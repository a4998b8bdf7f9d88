// SPDX-License-Identifier: MIT
#include "store/schema.h"

#include "store/sql.h"

#include <string.h>

// The constraints of the columns for figures.
#define NULL_UNLESS_ALWAYS " NOT NULL"
#define NULL_UNLESS_STATUS ""
#define NULL_UNLESS_DETAILS ""
#define NULL_UNLESS_SPLIT ""
#define TYPE_OF_BYTES "INTEGER"
#define TYPE_OF_AMOUNT "INTEGER"
#define TYPE_OF_FLAG "INTEGER"
#define TYPE_OF_MS "REAL"

// Each text is as SQLite keeps it in sqlite_schema: it repeats the statement from the name on.
static const char *const tables[][2] = {
	{"names", "CREATE TABLE names(\n"
		"  id INTEGER PRIMARY KEY,\n"
		"  text TEXT NOT NULL UNIQUE\n"
		")"},
	{"targets", "CREATE TABLE targets(\n"
		"  id INTEGER PRIMARY KEY,\n"
		"  host TEXT NOT NULL,\n"
		"  boot_id TEXT NOT NULL,\n"
		"  pid INTEGER NOT NULL,\n"
		"  start_time INTEGER NOT NULL,\n"
		"  exe TEXT,\n"
		"  command_line TEXT,\n"
		"  python TEXT,\n"
		"  build TEXT,\n"
		"  layout TEXT,\n"
		"  UNIQUE(host, boot_id, pid, start_time)\n"
		")"},
	{"samples", "CREATE TABLE samples(\n"
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
		"  target INTEGER NOT NULL REFERENCES targets(id),\n"
		"  time_ms INTEGER NOT NULL,\n"
		"  seconds REAL NOT NULL,\n"
		"  base INTEGER REFERENCES samples(id),\n"
		"  missing INTEGER REFERENCES names(id),\n"
		"  inexact INTEGER,\n"
		"  least_length INTEGER"
#define MEMORY(name, source, ...) ",\n  " #name " INTEGER" NULL_UNLESS_##source
#define TOTAL(name, unit, ...) ",\n  " #name " INTEGER"
#define COPY(name, unit, ...) ",\n  " #name " " TYPE_OF_##unit
#include "result/figures.def"
		"\n)"},
	{"samples_by_target", "CREATE INDEX samples_by_target ON samples(\n"
		"  target, seconds, id, time_ms, base, rss_bytes, objects, bytes\n"
		")"},
	{"samples_by_base", "CREATE INDEX samples_by_base ON samples(base)\n"
		"  WHERE base IS NOT NULL"},
	{"types", "CREATE TABLE types(\n"
		"  sample INTEGER NOT NULL REFERENCES samples(id),\n"
		"  type INTEGER NOT NULL REFERENCES names(id),\n"
		"  count INTEGER NOT NULL,\n"
		"  bytes INTEGER NOT NULL,\n"
		"  tracked_count INTEGER NOT NULL,\n"
		"  tracked_bytes INTEGER NOT NULL,\n"
		"  opaque_count INTEGER NOT NULL,\n"
		"  approximate INTEGER NOT NULL,\n"
		"  PRIMARY KEY(sample, type)\n"
		") WITHOUT ROWID"},
	{"containers", "CREATE TABLE containers(\n"
		"  sample INTEGER NOT NULL REFERENCES samples(id),\n"
		"  address INTEGER NOT NULL,\n"
		"  type INTEGER NOT NULL REFERENCES names(id),\n"
		"  length INTEGER,\n"
		"  bytes INTEGER,\n"
		"  path INTEGER REFERENCES names(id),\n"
		"  PRIMARY KEY(sample, address)\n"
		") WITHOUT ROWID"},
	{"collectors", "CREATE TABLE collectors(\n"
		"  sample INTEGER NOT NULL REFERENCES samples(id),\n"
		"  position INTEGER NOT NULL,\n"
		"  interpreter INTEGER NOT NULL,\n"
		"  enabled INTEGER NOT NULL,\n"
		"  garbage INTEGER NOT NULL,\n"
		"  frozen INTEGER NOT NULL,\n"
		"  objects INTEGER,\n"
		"  bytes INTEGER,\n"
		"  tracked INTEGER,\n"
		"  PRIMARY KEY(sample, position)\n"
		") WITHOUT ROWID"},
	{"generations", "CREATE TABLE generations(\n"
		"  sample INTEGER NOT NULL REFERENCES samples(id),\n"
		"  position INTEGER NOT NULL,\n"
		"  generation INTEGER NOT NULL,\n"
		"  count INTEGER NOT NULL,\n"
		"  threshold INTEGER NOT NULL,\n"
		"  objects INTEGER NOT NULL,\n"
		"  collections INTEGER NOT NULL,\n"
		"  collected INTEGER NOT NULL,\n"
		"  uncollectable INTEGER NOT NULL,\n"
		"  PRIMARY KEY(sample, position, generation)\n"
		") WITHOUT ROWID"},
	{"threads", "CREATE TABLE threads(\n"
		"  sample INTEGER NOT NULL REFERENCES samples(id),\n"
		"  position INTEGER NOT NULL,\n"
		"  tid INTEGER,\n"
		"  state TEXT,\n"
		"  name INTEGER REFERENCES names(id),\n"
		"  function INTEGER REFERENCES names(id),\n"
		"  file INTEGER REFERENCES names(id),\n"
		"  line INTEGER,\n"
		"  depth INTEGER,\n"
		"  PRIMARY KEY(sample, position)\n"
		") WITHOUT ROWID"},
	{"unreached", "CREATE TABLE unreached(\n"
		"  sample INTEGER NOT NULL REFERENCES samples(id),\n"
		"  position INTEGER NOT NULL,\n"
		"  type INTEGER NOT NULL REFERENCES names(id),\n"
		"  block_size INTEGER NOT NULL,\n"
		"  count INTEGER NOT NULL,\n"
		"  bytes INTEGER NOT NULL,\n"
		"  PRIMARY KEY(sample, position)\n"
		") WITHOUT ROWID"},
	{"sample_types", "CREATE VIEW sample_types AS\n"
		"  SELECT s.id AS sample, n.text AS type, t.count AS count, t.bytes AS bytes,\n"
		"    t.tracked_count AS tracked_count, t.tracked_bytes AS tracked_bytes,\n"
		"    t.opaque_count AS opaque_count, t.approximate AS approximate\n"
		"  FROM samples AS s\n"
		"  JOIN samples AS r ON r.base = s.base AND r.id <= s.id\n"
		"  JOIN types AS t ON t.sample = r.id\n"
		"  JOIN names AS n ON n.id = t.type\n"
		"  WHERE t.count > 0 AND NOT EXISTS(\n"
		"    SELECT 1 FROM samples AS l\n"
		"    JOIN types AS u ON u.sample = l.id AND u.type = t.type\n"
		"    WHERE l.base = s.base AND l.id > r.id AND l.id <= s.id)"},
	{"sample_containers", "CREATE VIEW sample_containers AS\n"
		"  SELECT s.id AS sample, c.address AS address, n.text AS type,\n"
		"    c.length AS length, c.bytes AS bytes, p.text AS path\n"
		"  FROM samples AS s\n"
		"  JOIN samples AS r ON r.base = s.base AND r.id <= s.id\n"
		"  JOIN containers AS c ON c.sample = r.id\n"
		"  JOIN names AS n ON n.id = c.type\n"
		"  LEFT JOIN names AS p ON p.id = c.path\n"
		"  WHERE c.length IS NOT NULL AND NOT EXISTS(\n"
		"    SELECT 1 FROM samples AS l\n"
		"    JOIN containers AS u ON u.sample = l.id AND u.address = c.address\n"
		"    WHERE l.base = s.base AND l.id > r.id AND l.id <= s.id)"},
};

enum { TABLE_COUNT = sizeof(tables) / sizeof(*tables) };

enum status schema_create(struct store *store, struct error *err)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < TABLE_COUNT; i++)
		status = sql_execute(store, tables[i][1], err);
	char numbers[96];
	snprintf(numbers, sizeof(numbers), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		SCHEMA_APPLICATION, SCHEMA_VERSION);
	return status ? status : sql_execute(store, numbers, err);
}

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Offsets in the header: SQLite's database file format, section 1.3.
enum { PAGE_SIZE_AT = 16, PAGES_AT = 28, VERSION_AT = 60, APPLICATION_AT = 68 };

uint64_t schema_file_size(const unsigned char *header)
{
	uint64_t page_size = (uint64_t)header[PAGE_SIZE_AT] << 8 | header[PAGE_SIZE_AT + 1];
	return (page_size == 1 ? 65536 : page_size) * big_endian(header + PAGES_AT);
}

enum status schema_check_header(const struct store *store, const unsigned char *header,
	uint64_t size, struct error *err)
{
	static const char magic[16] = "SQLite format 3";
	if (!size)
		return error_set(err, STATUS_INVALID, "'%s' is empty: nothing was recorded in it",
			store->path);
	size_t compared = size < sizeof(magic) ? (size_t)size : sizeof(magic);
	if (memcmp(header, magic, compared) != 0)
		return error_set(err, STATUS_USAGE, "'%s' is no leaktop file", store->path);
	if (size < SCHEMA_HEADER_SIZE)
		return error_set(err, STATUS_INVALID, "'%s' is cut short", store->path);
	if (big_endian(header + APPLICATION_AT) != SCHEMA_APPLICATION)
		return error_set(err, STATUS_USAGE,
			"'%s' is no leaktop file, but another program's SQLite file", store->path);
	uint32_t version = big_endian(header + VERSION_AT);
	if (version > SCHEMA_VERSION)
		return error_set(err, STATUS_USAGE,
			"'%s' has format %u, and this leaktop knows %d: use a newer leaktop",
			store->path, (unsigned)version, SCHEMA_VERSION);
	if (version != SCHEMA_VERSION)
		return error_set(err, STATUS_INVALID, "'%s' is damaged: it has format %u", store->path,
			(unsigned)version);
	return STATUS_OK;
}

enum status schema_check(struct store *store, struct error *err)
{
	AUTO(sql_finalizep) sqlite3_stmt *statement = NULL;
	int64_t count = 0;
	enum status status = sql_prepare(
		store, "SELECT sql FROM sqlite_schema WHERE name = ?1", &statement, err);
	for (size_t i = 0; !status && i < TABLE_COUNT; i++) {
		sql_bind_text(statement, 1, tables[i][0]);
		status = sql_step(store, statement, err);
		const void *sql = status == STATUS_MORE ? sqlite3_column_text(statement, 0) : NULL;
		if (status == STATUS_MORE)
			status = STATUS_OK;
		if (!status && (!sql || strcmp(sql, tables[i][1]) != 0))
			status = error_set(err, STATUS_INVALID,
				"'%s' is damaged: its table '%s' is not what it should be", store->path,
				tables[i][0]);
		sqlite3_reset(statement);
	}
	if (!status)
		status = sql_number(
			store, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'", &count, err);
	if (!status && count)
		return error_set(err, STATUS_INVALID, "'%s' is damaged: it has triggers", store->path);
	return status;
}
