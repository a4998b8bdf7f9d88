// SPDX-License-Identifier: MIT
#include "view/table.h"

#include "../test.h"

#include <stdlib.h>

static const struct column columns[] = {
	{.title = "NAME", .format = CELL_TEXT, .is_key = true},
	{.title = "COUNT", .format = CELL_COUNT},
	{.title = "CHANGE", .format = CELL_BYTES_CHANGE},
	{.title = "TREND", .format = CELL_SERIES},
};

static struct cell *add_row(struct table *table, const char *name)
{
	struct cell *row = NULL;
	CHECK(table_add_row_about(table, subject_of_type(name), &row) == STATUS_OK);
	CHECK(row[1].is_empty && row[3].is_empty);
	CHECK(cell_set_text(&row[0], name) == STATUS_OK);
	return row;
}

// The names of the rows, one letter each.
static const char *order(const struct table *table, char *buffer)
{
	for (size_t i = 0; i < table->row_count; i++)
		buffer[i] = table->cells[i * table->column_count].text[0];
	buffer[table->row_count] = '\0';
	return buffer;
}

static void check_sort(void)
{
	struct table *table = NULL;
	char buffer[64];
	CHECK(table_create("Test", columns, 4, &table) == STATUS_OK);
	table_sort(table, 1, true);
	static const uint64_t counts[] = {3, 9, 3, UINT64_MAX, 0, 9};
	for (unsigned i = 0; i < 6; i++) {
		char name[] = {(char)('a' + i), '\0'};
		struct cell *row = add_row(table, name);
		row[1] = (struct cell){.unsigned_value = counts[i]};
		if (i != 2)
			row[2] = (struct cell){.signed_value = (int)i - 3};
	}
	add_row(table, "g");
	table_sort(table, 1, true);
	CHECK_STRING(order(table, buffer), "dbfaceg"); // equals keep their order, empty goes last
	CHECK(table->sort_column == 1 && table->sort_descending);
	table_sort(table, 1, false);
	CHECK_STRING(order(table, buffer), "eacbfdg");
	table_sort(table, 2, false);
	CHECK_STRING(order(table, buffer), "abdefcg");
	table_sort(table, 2, true);
	CHECK_STRING(order(table, buffer), "fedbacg");
	table_sort(table, 0, true);
	CHECK_STRING(order(table, buffer), "gfedcba");
	table_sort(table, 3, true);
	CHECK_STRING(order(table, buffer), "gfedcba");
	// What rows are about moves with them.
	size_t row = 0;
	CHECK(table_find_row(table, subject_of_type("f"), &row) && row == 1);
	CHECK(table_find_row(table, subject_of_type("a"), &row) && row == 6);
	CHECK(!table_find_row(table, subject_of_type("h"), &row));
	table_destroy(table);
}

static void check_subjects(void)
{
	const struct subject none = {SUBJECT_NONE, 0}, thread = {SUBJECT_THREAD, 4711};
	CHECK(subject_equals(thread, thread));
	CHECK(!subject_equals(thread, (struct subject){SUBJECT_PROCESS, 4711}));
	CHECK(!subject_equals(thread, (struct subject){SUBJECT_THREAD, 4712}));
	CHECK(!subject_equals(none, none)); // a row that leads nowhere is no other one
	CHECK(subject_equals(subject_of_type("dict"), subject_of_type("dict")));
	CHECK(!subject_equals(subject_of_type("dict"), subject_of_type("dict_keys")));
	CHECK(!subject_equals(subject_of_type(""), none));
	CHECK(!subject_equals(subject_of_generation(0, 1), subject_of_generation(1, 0)));
	struct table *table = NULL;
	struct cell *cells = NULL;
	size_t row;
	CHECK(!table_create("Test", columns, 4, &table));
	CHECK(!table_add_row(table, &cells));
	CHECK(!table_find_row(table, none, &row));
	table_destroy(table);
}

static void check_many_rows(void)
{
	struct table *table = NULL;
	CHECK(table_create("Test", columns, 4, &table) == STATUS_OK);
	bool added = true;
	for (unsigned i = 0; i < 10000; i++) {
		struct cell *row = NULL;
		added &= table_add_row(table, &row) == STATUS_OK;
		row[1] = (struct cell){.unsigned_value = i * 7919u % 10007u};
	}
	CHECK(added);
	table_sort(table, 1, false);
	bool ascending = true;
	for (size_t i = 1; i < table->row_count; i++)
		ascending &= table->cells[(i - 1) * 4 + 1].unsigned_value <
			table->cells[i * 4 + 1].unsigned_value;
	CHECK(ascending);
	table_destroy(table);
}

static void check_format(void)
{
	char buffer[CELL_BUFFER_SIZE];
	static const struct column id = {.format = CELL_ID}, change = {.format = CELL_COUNT_CHANGE},
				   bytes = {.format = CELL_BYTES}, series = {.format = CELL_SERIES};
	const struct cell large = {.unsigned_value = UINT64_MAX};
	const struct cell small = {.signed_value = INT64_MIN};
	CHECK_STRING(cell_format(&id, &large, buffer), "18446744073709551615");
	CHECK_STRING(cell_format(&columns[1], &large, buffer), "18,446,744,073,709,551,615");
	CHECK_STRING(cell_format(&change, &small, buffer), "-9,223,372,036,854,775,808");
	CHECK_STRING(cell_format(&bytes, &large, buffer), "16.00E");
	CHECK_STRING(cell_format(&id, &(struct cell){.is_empty = true}, buffer), "");

	struct cell cell = {.is_empty = true};
	double values[100];
	for (int i = 0; i < 100; i++)
		values[i] = i;
	CHECK(cell_set_series(&cell, values, 8) == STATUS_OK);
	CHECK_STRING(cell_format(&series, &cell, buffer), "▁▂▃▄▅▆▇█");
	CHECK(cell_set_series(&cell, values, 100) == STATUS_OK);
	CHECK(strlen(cell_format(&series, &cell, buffer)) == 126); // as many as fit
	free(cell.series.values);
}

// Where a program lies says nothing; whoever reads the data still gets it.
static void check_commands(void)
{
	static const struct column command = {.format = CELL_TEXT, .is_command = true};
	static const char *const pairs[][2] = {
		{"/home/app/versions/3.11/bin/python3 /srv/app.py", "python3 /srv/app.py"},
		{"python3 -m http.server", "python3 -m http.server"},
		{"/usr/bin/", ""},
		{"gunicorn: worker [/srv/app]", "gunicorn: worker [/srv/app]"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct cell cell = {.is_empty = true};
		CHECK(!cell_set_text(&cell, pairs[i][0]));
		CHECK_STRING(cell_format(&command, &cell, NULL), pairs[i][1]);
		CHECK_STRING(cell.text, pairs[i][0]);
		free(cell.text);
	}
}

static void check_hostile_text(void)
{
	struct cell cell = {.is_empty = true};
	CHECK(cell_set_text(&cell, "ok") == STATUS_OK);
	CHECK(cell_set_text(&cell, "a\x1b[2J\n\xff\xe2\x80\xae") == STATUS_OK);
	CHECK_STRING(cell.text, "a\\x1b[2J\\x0a\\xff\\u202e");
	free(cell.text);
}

int main(void)
{
	check_sort();
	check_subjects();
	check_many_rows();
	check_format();
	check_hostile_text();
	check_commands();
	table_destroy(NULL);
	return test_done();
}
