// SPDX-License-Identifier: MIT
// leaktop-file(5) has every table and every column of the files, and no others.
#include "stored.h"

#include <sqlite3.h>

enum { NAMES_MAX = 512 };

// "table.column"
struct names {
	char items[NAMES_MAX][80];
	size_t count;
};

static void add_name(struct names *names, const char *table, const char *column)
{
	if (names->count < NAMES_MAX)
		snprintf(names->items[names->count++], sizeof(names->items[0]), "%s.%s", table,
			column);
}

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->items[i], name))
			return true;
	return false;
}

static void read_tables(const char *path, struct names *names)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *row = NULL;
	CHECK(!sqlite3_open(path, &db));
	CHECK(!sqlite3_prepare_v2(db,
		"SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
		" WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'", -1, &row, NULL));
	while (row && sqlite3_step(row) == SQLITE_ROW)
		add_name(names, (const char *)sqlite3_column_text(row, 0),
			(const char *)sqlite3_column_text(row, 1));
	sqlite3_finalize(row);
	sqlite3_close(db);
}

// Below .SH TABLES: a table is `.SS name`, and `.IP "a, b"` lists columns.
static void read_manual(FILE *manual, struct names *names)
{
	char line[512], table[64] = "";
	bool is_inside = false;
	while (fgets(line, sizeof(line), manual)) {
		if (!strncmp(line, ".SH ", 4))
			is_inside = !strcmp(line, ".SH TABLES\n");
		if (!is_inside || sscanf(line, ".SS %63[a-z_]", table) == 1 ||
			strncmp(line, ".IP \"", 5) != 0)
			continue;
		line[5 + strcspn(line + 5, "\"")] = '\0';
		char *rest = NULL;
		for (char *word = strtok_r(line + 5, ", ", &rest); word;
			word = strtok_r(NULL, ", ", &rest))
			add_name(names, table, word);
	}
}

static bool are_all_in(const struct names *these, const struct names *those, const char *where)
{
	bool good = these->count > 0;
	for (size_t i = 0; i < these->count; i++) {
		if (has_name(those, these->items[i]))
			continue;
		printf("# %s is not in %s\n", these->items[i], where);
		good = false;
	}
	return good;
}

int main(void)
{
	static struct names tables, described;
	const char *path = stored_path("schema"), *source = getenv("srcdir"); // set by automake
	char manual_path[512];
	struct store *store = NULL;
	CHECK(!store_open_append(path, &store, NULL));
	read_tables(path, &tables);
	store_close(store);
	snprintf(manual_path, sizeof(manual_path), "%s/man/leaktop-file.5", source ? source : ".");
	FILE *manual = fopen(manual_path, "r");
	if (CHECK(manual != NULL)) {
		read_manual(manual, &described);
		fclose(manual);
	}
	CHECK(are_all_in(&tables, &described, "leaktop-file(5)"));
	CHECK(are_all_in(&described, &tables, "the file"));
	CHECK(tables.count < NAMES_MAX && described.count < NAMES_MAX);
	return test_done();
}
