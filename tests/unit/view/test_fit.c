// SPDX-License-Identifier: MIT
#include "view/fit.h"

#include "../test.h"

#include <stdlib.h>

static const struct column columns[] = {
	{.title = "PATH", .format = CELL_TEXT, .is_key = true},
	{.title = "LENGTH", .format = CELL_COUNT},
	{.title = "BYTES", .format = CELL_BYTES, .priority = 1},
	{.title = "TYPE", .format = CELL_TEXT, .priority = 2},
	{.title = "SINCE", .format = CELL_COUNT_CHANGE, .priority = 2},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static struct table *make_table(void)
{
	struct table *table = NULL;
	struct cell *row = NULL;
	CHECK(!table_create("Test", columns, COLUMNS, &table));
	CHECK(!table_add_row(table, &row));
	CHECK(!cell_set_text(&row[0], "app.db.connections.Pool.instances[3].waiters"));
	row[1] = (struct cell){.unsigned_value = 1234};
	row[2] = (struct cell){.unsigned_value = 2048};
	CHECK(!cell_set_text(&row[3], "dict"));
	row[4] = (struct cell){.signed_value = 12};
	CHECK(!table_add_row(table, &row));
	return table;
}

static void check_lines(unsigned width, const char *heading, const char *first)
{
	struct table *table = make_table();
	struct fit *fit = NULL;
	struct text text = {0};
	CHECK(!fit_create(table, width, false, &fit));
	fit_add_heading(fit, table, &text);
	char *line = text_take(&text);
	CHECK_STRING(line, heading);
	free(line);
	fit_add_row(fit, table, 0, &text);
	line = text_take(&text);
	CHECK_STRING(line, first);
	free(line);
	// Nothing is known of the second row, and no spaces stand at its end.
	fit_add_row(fit, table, 1, &text);
	line = text_take(&text);
	CHECK_STRING(line, "");
	free(line);
	fit_destroy(fit);
	table_destroy(table);
}

static void check_widths(void)
{
	check_lines(0, "PATH                                          LENGTH  BYTES  TYPE  SINCE",
		"app.db.connections.Pool.instances[3].waiters   1,234   2.0K  dict    +12");
	check_lines(60, "PATH                              LENGTH  BYTES  TYPE  SINCE",
		"app.db.connections.Pool.instanc…   1,234   2.0K  dict    +12");
	// Of the two that go first, the one to the right.
	check_lines(45, "PATH                      LENGTH  BYTES  TYPE",
		"app.db.connections.Pool…   1,234   2.0K  dict");
	check_lines(36, "PATH                   LENGTH  BYTES",
		"app.db.connections.P…   1,234   2.0K");
	check_lines(20, "PATH          LENGTH", "app.db.conn…   1,234");
	check_lines(4, "PATH", "app…");
	check_lines(1, "…", "…");
}

// Whatever the width: no line is longer.
static void check_every_width(void)
{
	struct table *table = make_table();
	bool good = true;
	for (unsigned width = 1; width < 90; width++) {
		struct fit *fit = NULL;
		struct text text = {0};
		CHECK(!fit_create(table, width, true, &fit));
		fit_add_heading(fit, table, &text);
		good = good && text.length <= width;
		text_deinit(&text);
		fit_add_row(fit, table, 0, &text);
		good = good && text.length <= width;
		text_deinit(&text);
		fit_destroy(fit);
	}
	CHECK(good);
	table_destroy(table);
}

static void check_places(void)
{
	struct table *table = make_table();
	struct fit *fit = NULL;
	CHECK(!fit_create(table, 36, false, &fit));
	CHECK(fit_column_at(fit, 0) == 0 && fit_column_at(fit, 20) == 0);
	CHECK(fit_column_at(fit, 21) == COLUMNS); // the gap
	CHECK(fit_column_at(fit, 23) == 1 && fit_column_at(fit, 28) == 1);
	CHECK(fit_column_at(fit, 31) == 2 && fit_column_at(fit, 35) == 2);
	CHECK(fit_column_at(fit, 36) == COLUMNS && fit_column_at(fit, 1000) == COLUMNS);
	fit_destroy(fit);
	table_destroy(table);
}

static void check_sorted(size_t column, bool descending, unsigned width, bool ascii, const char *expected)
{
	struct table *table = make_table();
	struct fit *fit = NULL;
	struct text text = {0};
	if (column < COLUMNS)
		table_sort(table, column, descending);
	CHECK(!fit_create(table, width, ascii, &fit));
	fit_add_sorted_heading(fit, table, &text);
	CHECK_STRING(text.bytes, expected);
	text_deinit(&text);
	fit_destroy(fit);
	table_destroy(table);
}

// The arrow takes no column out of its place.
static void check_arrows(void)
{
	check_sorted(COLUMNS, true, 60, false,
		"PATH                              LENGTH  BYTES  TYPE  SINCE");
	check_sorted(0, false, 60, false,
		"PATH↑                             LENGTH  BYTES  TYPE  SINCE");
	check_sorted(1, true, 60, false,
		"PATH                             ↓LENGTH  BYTES  TYPE  SINCE");
	check_sorted(3, false, 60, false,
		"PATH                              LENGTH  BYTES  TYPE↑ SINCE");
	check_sorted(4, true, 60, true,
		"PATH                              LENGTH  BYTES  TYPE vSINCE");
}

// A table that came later does not make columns jump; one on another screen may.
static void check_steady(void)
{
	struct table *wide = make_table(), *narrow = NULL;
	struct cell *row = NULL;
	struct fit *fit = NULL;
	CHECK(!table_create("Test", columns, COLUMNS, &narrow));
	CHECK(!table_add_row(narrow, &row) && !cell_set_text(&row[0], "x"));
	CHECK(!fit_update(narrow, 60, false, &fit));
	CHECK(fit->widths[0] == 4);
	CHECK(!fit_update(wide, 60, false, &fit));
	CHECK(fit->widths[0] == 32);
	CHECK(!fit_update(narrow, 60, false, &fit));
	CHECK(fit->widths[0] == 32 && fit->widths[1] == 6);
	CHECK(!fit_update(narrow, 50, false, &fit));
	CHECK(fit->widths[0] == 4);
	fit_destroy(fit);
	table_destroy(wide);
	table_destroy(narrow);
}

int main(void)
{
	check_arrows();
	check_steady();
	check_widths();
	check_every_width();
	check_places();
	return test_done();
}
