// SPDX-License-Identifier: MIT
#include "export/csv.h"

#include "recorded.h"

static const struct column columns[] = {
	{.title = "NAME", .name = "name", .format = CELL_TEXT},
	{.title = "COUNT", .format = CELL_COUNT},
	{.title = "CHANGE", .name = "change", .format = CELL_COUNT_CHANGE},
	{.title = "TREND", .name = "trend", .format = CELL_SERIES},
};

static const struct csv_process process = {.pid = 7, .start_time = 99};

static void add_row(struct table *table, const char *name)
{
	struct cell *row;
	CHECK(!table_add_row(table, &row) && !cell_set_text(&row[0], name));
}

static char *csv_of(const struct table *table)
{
	struct text text = {0};
	csv_add_rows(table, &process, &text);
	return text_take(&text);
}

// What a spreadsheet must see for a name.
static void check_name(const char *name, const char *expected)
{
	struct table *table;
	char line[256];
	CHECK(!table_create("Test", columns, 4, &table));
	add_row(table, name);
	char *csv = csv_of(table);
	snprintf(line, sizeof(line), "7,99,%s,,,\r\n", expected);
	CHECK_STRING(csv, line);
	free(csv);
	table_destroy(table);
}

static void test_names(void)
{
	check_name("dict", "dict");
	check_name("__main__.cache", "__main__.cache");
	check_name("<frame f a.py:3>.x", "\"<frame f a.py:3>.x\"");
	check_name("a,b", "\"a,b\"");
	check_name("say \"hi\"", "\"say \"\"hi\"\"\"");
	check_name("\"", "\"\"\"\"");
	check_name("two\nlines", "two\\x0alines");
	check_name("=1+1", "\"'=1+1\"");
	check_name("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"");
	check_name("+1", "\"'+1\"");
	check_name("-1", "\"'-1\"");
	check_name("@SUM(A1)", "\"'@SUM(A1)\"");
	check_name("\uFF1D1", "\"'\uFF1D1\"");
	check_name("\xff\xfe", "\\xff\\xfe");
	check_name("", "");
}

// A cell of a table cannot hold a tab; the writer does not rely on it.
static void test_control(void)
{
	struct table *table;
	CHECK(!table_create("Test", columns, 4, &table));
	add_row(table, "x");
	free(table->cells[0].text);
	table->cells[0].text = strdup("\t=1");
	char *csv = csv_of(table);
	CHECK_STRING(csv, "7,99,\"'\\x09=1\",,,\r\n");
	free(csv);
	table_destroy(table);
}

static void test_figures(void)
{
	struct table *table;
	struct text text = {0};
	CHECK(!table_create("Test", columns, 4, &table));
	csv_add_heading(table, &text);
	CHECK_STRING(text.bytes, "pid,start_time,name,COUNT,change,trend\r\n");
	text_deinit(&text);
	add_row(table, "x");
	cell_set_unsigned(&table->cells[1], UINT64_MAX);
	cell_set_signed(&table->cells[2], INT64_MIN);
	CHECK(!cell_set_series(&table->cells[3], (const double[]){1, 2.5, 3e9}, 3));
	char *csv = csv_of(table);
	CHECK_STRING(
		csv, "7,99,x,18446744073709551615,-9223372036854775808,\"1 2.5 3000000000\"\r\n");
	free(csv);
	table_destroy(table);
}

static size_t count(const char *string, char byte)
{
	size_t found = 0;
	for (; *string; string++)
		found += *string == byte;
	return found;
}

static void test_readings(void)
{
	struct text heading = {0}, whole = {0}, bare = {0};
	struct reading reading = {.taken_ms = 1714564805042,
		.seconds = 12.5,
		.memory = {.rss_bytes = 4096, .pss_bytes = 1, .brk_bytes = 2}};
	csv_add_readings_heading(&heading);
	csv_add_reading(&reading, &process, &bare);
	CHECK_STRING(
		bare.bytes, "7,99,2024-05-01T12:00:05.042Z,12.500,4096,,,,,,,,,,,,,,,,,,,,,\r\n");
	reading.memory.has_details = reading.memory.has_split = true;
	reading.has_heap = true;
	reading.copy.attempts = 1;
	reading.totals.objects = 77;
	reading.copy.stopped_ms = 1.5;
	csv_add_reading(&reading, &process, &whole);
	CHECK(strstr(whole.bytes, ",4096,,,1,0,0,2,0,0,0,0,77,0,"));
	CHECK(strstr(whole.bytes, ",1.500\r\n"));
	CHECK(count(heading.bytes, ',') == count(bare.bytes, ','));
	CHECK(count(heading.bytes, ',') == count(whole.bytes, ','));
	text_deinit(&heading);
	text_deinit(&bare);
	text_deinit(&whole);
}

// A line for every sample, or the rows of a view under one heading.
static void test_recording(void)
{
	struct recorded recorded;
	recorded_start(&recorded);
	struct recorded_drive drive = recorded_whole(&recorded);
	drive.processes = 2;
	char *csv = recorded_text(&csv_exporter, &drive);
	CHECK(!strncmp(csv, "pid,start_time,time,", strlen("pid,start_time,time,")));
	CHECK(count(csv, '\n') == 1 + 2 * RECORDED_READINGS);
	free(csv);
	drive.table = "types";
	csv = recorded_text(&csv_exporter, &drive);
	CHECK(!strncmp(csv, "pid,start_time,type,", strlen("pid,start_time,type,")));
	CHECK(count(csv, '\n') ==
		1 + 2 * recorded.service.results.history.current->census->type_count);
	CHECK(strstr(csv, "\n76591,8811,str,459841,74412,"));
	free(csv);
	recorded_stop(&recorded);
}

static void test_options(void)
{
	CHECK(exporter_find("csv") == &csv_exporter && !exporter_find("xml"));
	const struct export_options options = {.table = "nothing"};
	struct error err;
	void *export = NULL;
	CHECK(csv_exporter.begin(&options, &export, &err) == STATUS_USAGE && !export);
	CHECK(strstr(err.message, "no table 'nothing'"));
}

int main(void)
{
	test_names();
	test_control();
	test_figures();
	test_readings();
	test_recording();
	test_options();
	return test_done();
}
