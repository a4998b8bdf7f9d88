// SPDX-License-Identifier: MIT
#include "export/table_text.h"

#include "../golden.h"
#include "base/utf8.h"

#include <locale.h>

static const struct column columns[] = {
	{.title = "TYPE", .format = CELL_TEXT, .is_key = true},
	{.title = "COUNT", .format = CELL_COUNT},
	{.title = "+/MIN", .format = CELL_COUNT_CHANGE, .priority = 3},
	{.title = "BYTES", .format = CELL_BYTES, .priority = 1},
	{.title = "+/MIN", .format = CELL_BYTES_CHANGE, .priority = 2},
	{.title = "TREND", .format = CELL_SERIES, .priority = 4},
};

static void add_row(struct table *table, const char *name, uint64_t count, int64_t growth)
{
	static const double trend[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct cell *row = NULL;
	bool good = !table_add_row(table, &row) && !cell_set_text(&row[0], name);
	row[1] = (struct cell){.unsigned_value = count};
	row[3] = (struct cell){.unsigned_value = 100 * count};
	if (growth) {
		row[2] = (struct cell){.signed_value = growth};
		row[4] = (struct cell){.signed_value = 100 * growth};
		good &= !cell_set_series(&row[5], trend, 8);
	}
	CHECK(good);
}

static struct table *make_table(void)
{
	struct table *table = NULL;
	CHECK(table_create("Memory by type", columns, 6, &table) == STATUS_OK);
	add_row(table, "str", 4102331, 62010);
	add_row(table, "dict", 412310, 12400);
	add_row(table, "app.models.accounts.subscription.Subscription", 9001, -42);
	add_row(table, "模块.类型", 7, 1);
	add_row(table, "cafe\xcc\x81.Menu", 6, 0);
	add_row(table, "evil\x1b[31m\r\n\xff", 1, 0);
	table->note =
		strdup("212 types that did not change are left out; a collection was running");
	return table;
}

// No line is wider than asked for.
static bool lines_fit(char *text, unsigned width)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (utf8_width(line) > width)
			return false;
	return true;
}

static void check_text(
	const struct table *table, const struct text_options *options, const char *name)
{
	struct text text = {0};
	CHECK(table_text_add(table, options, &text) == STATUS_OK);
	check_golden(text.bytes, name);
	CHECK(!options->width || lines_fit(text.bytes, options->width));
	text_deinit(&text);
}

static void check_every_width(const struct table *table)
{
	bool good = true;
	for (unsigned width = 1; width < 160; width++) {
		struct text text = {0};
		const struct text_options options = {.width = width, .ascii = width % 2};
		good &= table_text_add(table, &options, &text) == STATUS_OK;
		good &= lines_fit(text.bytes, width);
		text_deinit(&text);
	}
	CHECK(good);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8"); // wcwidth() knows nothing beyond ASCII in the C locale
	struct table *table = make_table();
	check_text(table, &(struct text_options){0}, "export/text_wide.txt");
	check_text(table, &(struct text_options){.width = 80}, "export/text_80.txt");
	check_text(table, &(struct text_options){.width = 40}, "export/text_40.txt");
	check_text(table, &(struct text_options){.width = 20}, "export/text_20.txt");
	check_text(
		table, &(struct text_options){.width = 80, .ascii = true}, "export/text_ascii.txt");
	check_text(table, &(struct text_options){.width = 80, .max_rows = 2},
		"export/text_2_rows.txt");
	check_every_width(table);
	table_destroy(table);
	return test_done();
}
