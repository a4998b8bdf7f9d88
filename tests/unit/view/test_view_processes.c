// SPDX-License-Identifier: MIT
#include "view/view_processes.h"

#include "../test.h"

#include <stdlib.h>

enum { PID, USER, RSS, RSS_CHANGE, COMMAND };

static const struct cell *cell(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

static void check_growth(void)
{
	struct process before[] = {{.pid = 10, .start_time = 1, .rss_bytes = 1000},
		{.pid = 11, .start_time = 1, .rss_bytes = 9000},
		{.pid = 12, .start_time = 1, .rss_bytes = 500}};
	struct process now[] = {
		{.pid = 5, .start_time = 1, .rss_bytes = 10, .command_line = "init"},
		{.pid = 10, .start_time = 1, .rss_bytes = 3000, .has_python = true,
			.command_line = "python3 service.py\x1b[2J"},
		{.pid = 12, .start_time = 7, .rss_bytes = 2000, .command_line = "python3 other.py",
			.uid = 4294967294u},
		{.pid = 4711, .start_time = 1, .rss_bytes = UINT64_MAX},
	};
	const struct process_list list_before = {before, 3}, list_now = {now, 4};
	const struct process_view_input input = {&list_now, &list_before, 30};
	struct table *table = NULL;
	struct error err = {0};
	CHECK(view_processes(&input, &table, &err) == STATUS_OK);
	CHECK(table->row_count == 4);
	CHECK(table->subjects[0].kind == SUBJECT_PROCESS && table->subjects[0].id == 4711);
	CHECK(table->subjects[1].id == 10);
	char buffer[CELL_BUFFER_SIZE];
	CHECK_STRING(cell_format(&table->columns[PID], cell(table, 0, PID), buffer),
		"4711");
	CHECK(cell(table, 0, COMMAND)->is_empty);
	CHECK(cell(table, 1, PID)->unsigned_value == 10);
	CHECK_STRING(cell(table, 1, COMMAND)->text, "python3 service.py\\x1b[2J");
	CHECK(cell(table, 1, RSS_CHANGE)->signed_value == 4000);
	CHECK_STRING(cell(table, 1, USER)->text, "root");
	CHECK(cell(table, 2, PID)->unsigned_value == 12);
	CHECK(cell(table, 2, RSS_CHANGE)->is_empty); // another process by now
	CHECK_STRING(cell(table, 2, USER)->text, "4294967294"); // nobody has this number
	CHECK(cell(table, 3, PID)->unsigned_value == 5);
	table_destroy(table);
}

static void check_first_look(void)
{
	struct process process = {.pid = 1, .rss_bytes = 1, .command_line = ""};
	const struct process_list list = {&process, 1}, none = {NULL, 0};
	struct table *table = NULL;
	CHECK(view_processes(&(struct process_view_input){.now = &list}, &table, NULL) == STATUS_OK);
	CHECK(cell(table, 0, RSS_CHANGE)->is_empty);
	table_destroy(table);
	CHECK(view_processes(&(struct process_view_input){.now = &none, .before = &list}, &table,
		      NULL) == STATUS_OK);
	CHECK(!table->row_count);
	table_destroy(table);
}

int main(void)
{
	check_growth();
	check_first_look();
	return test_done();
}
