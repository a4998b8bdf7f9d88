// SPDX-License-Identifier: MIT
#include "view/view_recorded.h"

#include "../test.h"
#include "result/recorded.h"
#include "view/table.h"

enum { NUMBER, PID, PYTHON, SAMPLES, FIRST, LAST, RSS, RSS_CHANGE, COMMAND };

static const struct cell *cell(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

int main(void)
{
	const struct recorded_target targets[] = {
		{.identity = {.pid = 42, .python = "3.11.2", .exe = "", .command_line = "a.py"},
			.sample_count = 3,
			.first_ms = 1714564800000,
			.last_ms = 1714568400000,
			.first_rss_bytes = 100,
			.last_rss_bytes = 70},
		// What a damaged file may say.
		{.identity = {.pid = -1, .exe = "", .command_line = ""}, .last_ms = INT64_MAX},
	};
	struct table *table = NULL;
	CHECK(!view_recorded(targets, 2, &table, NULL));
	CHECK(table->row_count == 2);
	CHECK(table->subjects[1].kind == SUBJECT_TARGET && table->subjects[1].id == 1);
	CHECK(cell(table, 0, NUMBER)->unsigned_value == 1);
	CHECK(cell(table, 0, PID)->unsigned_value == 42);
	CHECK_STRING(cell(table, 0, PYTHON)->text, "3.11.2");
	CHECK(cell(table, 0, SAMPLES)->unsigned_value == 3);
	CHECK_STRING(cell(table, 0, FIRST)->text, "2024-05-01 12:00Z");
	CHECK_STRING(cell(table, 0, LAST)->text, "2024-05-01 13:00Z");
	CHECK(cell(table, 0, RSS)->unsigned_value == 70);
	CHECK(cell(table, 0, RSS_CHANGE)->signed_value == -30);
	CHECK_STRING(cell(table, 0, COMMAND)->text, "a.py");
	CHECK(cell(table, 1, PID)->unsigned_value == 0);
	CHECK_STRING(cell(table, 1, LAST)->text, "1970-01-01 00:00Z");
	table_destroy(table);
	CHECK(!view_recorded(NULL, 0, &table, NULL) && !table->row_count);
	table_destroy(table);
	return test_done();
}
