// SPDX-License-Identifier: MIT
#include "tui/list.h"

#include "../test.h"

static const struct column columns[] = {
	{.title = "NAME", .format = CELL_TEXT, .is_key = true},
	{.title = "COUNT", .format = CELL_COUNT},
	{.title = "PLACE", .format = CELL_TEXT},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), HEIGHT = 3, FIRST_LINE = 5 };

static struct table *make_table(const char *const *names, const uint64_t *counts, size_t rows)
{
	struct table *table = NULL;
	CHECK(!table_create("Test", columns, COLUMNS, &table));
	for (size_t i = 0; i < rows; i++) {
		struct cell *row = NULL;
		CHECK(!table_add_row_about(table, subject_of_type(names[i]), &row));
		CHECK(!cell_set_text(&row[0], names[i]));
		row[1] = (struct cell){.unsigned_value = counts[i]};
		CHECK(!cell_set_text(&row[2], i % 2 ? "odd" : "even"));
	}
	table_sort(table, 1, true);
	return table;
}

static struct table *make_five(void)
{
	static const char *const names[] = {"str", "dict", "list", "app.User", "tuple"};
	static const uint64_t counts[] = {50, 40, 30, 20, 10};
	return make_table(names, counts, 5);
}

static const char *name_at(const struct table *table, const struct list *list, size_t position)
{
	return table->cells[list->rows[position] * COLUMNS].text;
}

static const char *name_under_cursor(const struct table *table, const struct list *list)
{
	size_t row;
	return list_row(list, &row) ? table->cells[row * COLUMNS].text : NULL;
}

static enum list_answer press(struct list *list, struct table *table, enum input_kind kind)
{
	struct input input = {.kind = kind};
	enum list_answer answer = list_input(list, table, &input, FIRST_LINE, HEIGHT);
	if (answer == LIST_CHANGED || answer == LIST_SORTED)
		CHECK(!list_update(list, table));
	list_scroll(list, HEIGHT);
	return answer;
}

static enum list_answer type(struct list *list, struct table *table, const char *keys)
{
	enum list_answer answer = LIST_PASSED;
	for (; *keys; keys++) {
		struct input input = {.kind = INPUT_CHARACTER, .character = (uint32_t)*keys};
		answer = list_input(list, table, &input, FIRST_LINE, HEIGHT);
		if (answer == LIST_CHANGED || answer == LIST_SORTED)
			CHECK(!list_update(list, table));
	}
	return answer;
}

static enum list_answer click(struct list *list, struct table *table, int row)
{
	struct input input = {.kind = INPUT_CLICK, .row = row};
	return list_input(list, table, &input, FIRST_LINE, HEIGHT);
}

static void check_moves(void)
{
	struct list list = {0};
	struct table *table = make_five();
	CHECK(!list_update(&list, table));
	CHECK_STRING(name_under_cursor(table, &list), "str");
	CHECK(press(&list, table, INPUT_UP) == LIST_MOVED);
	CHECK_STRING(name_under_cursor(table, &list), "str");
	press(&list, table, INPUT_DOWN);
	CHECK_STRING(name_under_cursor(table, &list), "dict");
	press(&list, table, INPUT_PAGE_DOWN);
	CHECK_STRING(name_under_cursor(table, &list), "app.User");
	CHECK(list.top == 1);
	press(&list, table, INPUT_END);
	CHECK_STRING(name_under_cursor(table, &list), "tuple");
	CHECK(list.top == 2);
	press(&list, table, INPUT_DOWN);
	CHECK_STRING(name_under_cursor(table, &list), "tuple");
	press(&list, table, INPUT_PAGE_UP);
	CHECK_STRING(name_under_cursor(table, &list), "list");
	press(&list, table, INPUT_HOME);
	CHECK(list.cursor == 0 && list.top == 0);
	CHECK(type(&list, table, "jjk") == LIST_MOVED);
	CHECK_STRING(name_under_cursor(table, &list), "dict");
	CHECK(press(&list, table, INPUT_ENTER) == LIST_OPENED);
	CHECK(press(&list, table, INPUT_TAB) == LIST_PASSED);
	CHECK(type(&list, table, "q") == LIST_PASSED);
	list_deinit(&list);
	table_destroy(table);
}

static void check_clicks(void)
{
	struct list list = {0};
	struct table *table = make_five();
	CHECK(!list_update(&list, table));
	CHECK(click(&list, table, FIRST_LINE - 1) == LIST_PASSED);
	CHECK(click(&list, table, FIRST_LINE + HEIGHT) == LIST_PASSED);
	CHECK(click(&list, table, FIRST_LINE + 2) == LIST_MOVED);
	CHECK_STRING(name_under_cursor(table, &list), "list");
	CHECK(click(&list, table, FIRST_LINE + 2) == LIST_OPENED);
	struct input twice = {.kind = INPUT_DOUBLE_CLICK, .row = FIRST_LINE + 1};
	CHECK(list_input(&list, table, &twice, FIRST_LINE, HEIGHT) == LIST_OPENED);
	CHECK_STRING(name_under_cursor(table, &list), "dict");
	press(&list, table, INPUT_WHEEL_DOWN);
	CHECK_STRING(name_under_cursor(table, &list), "tuple");
	press(&list, table, INPUT_WHEEL_UP);
	CHECK_STRING(name_under_cursor(table, &list), "dict");
	list_deinit(&list);
	table_destroy(table);
}

static void check_order(void)
{
	struct list list = {0};
	struct table *table = make_five();
	CHECK(!list_update(&list, table));
	// The table came sorted by the second column.
	CHECK(type(&list, table, "r") == LIST_SORTED);
	CHECK_STRING(name_at(table, &list, 0), "tuple");
	CHECK(type(&list, table, "s") == LIST_SORTED);
	CHECK(list.sort_column == 2 && !list.sort_descending);
	// Equal rows stay in the order that they were in.
	CHECK_STRING(name_at(table, &list, 3), "app.User");
	CHECK_STRING(name_at(table, &list, 4), "dict");
	type(&list, table, "s");
	CHECK(list.sort_column == 0);
	CHECK_STRING(name_at(table, &list, 0), "app.User");
	list_sort_by(&list, table, 1);
	CHECK(!list_update(&list, table));
	CHECK_STRING(name_at(table, &list, 0), "str");
	list_sort_by(&list, table, 1);
	CHECK(!list_update(&list, table));
	CHECK_STRING(name_at(table, &list, 0), "tuple");
	list_deinit(&list);
	table_destroy(table);
}

static void check_filter(void)
{
	struct list list = {0};
	struct table *table = make_five();
	CHECK(!list_update(&list, table));
	CHECK(type(&list, table, "/") == LIST_MOVED && list.is_filtering);
	CHECK(type(&list, table, "usEr") == LIST_CHANGED);
	CHECK(list.row_count == 1);
	CHECK_STRING(name_under_cursor(table, &list), "app.User");
	// Letters that are keys elsewhere belong to the filter, and so does the backspace.
	press(&list, table, INPUT_BACK);
	press(&list, table, INPUT_BACK);
	CHECK_STRING(list.filter, "us");
	CHECK(press(&list, table, INPUT_ENTER) == LIST_MOVED && !list.is_filtering);
	CHECK(list.filter && list.row_count == 1);
	CHECK(press(&list, table, INPUT_ESCAPE) == LIST_CHANGED);
	CHECK(!list.filter && list.row_count == 5);
	// Any text column counts, figures do not.
	type(&list, table, "/even");
	CHECK(list.row_count == 3);
	press(&list, table, INPUT_ESCAPE);
	type(&list, table, "/50");
	CHECK(list.row_count == 0);
	CHECK(name_under_cursor(table, &list) == NULL);
	CHECK(press(&list, table, INPUT_DOWN) == LIST_MOVED && list.cursor == 0);
	press(&list, table, INPUT_ENTER);
	CHECK(press(&list, table, INPUT_ENTER) == LIST_PASSED);
	press(&list, table, INPUT_ESCAPE);
	type(&list, table, "/");
	press(&list, table, INPUT_BACK);
	CHECK(!list.is_filtering && !list.filter && list.row_count == 5);
	list_deinit(&list);
	table_destroy(table);
}

static void check_foreign_filter(void)
{
	static const char *const names[] = {"caf\xc3\xa9", "plain"};
	static const uint64_t counts[] = {2, 1};
	struct list list = {0};
	struct table *table = make_table(names, counts, 2);
	CHECK(!list_update(&list, table));
	type(&list, table, "/");
	struct input input = {.kind = INPUT_CHARACTER, .character = 0xe9};
	CHECK(list_input(&list, table, &input, FIRST_LINE, HEIGHT) == LIST_CHANGED);
	CHECK(!list_update(&list, table));
	CHECK(list.row_count == 1);
	press(&list, table, INPUT_BACK);
	CHECK_STRING(list.filter, "");
	for (int i = 0; i < 1000; i++)
		type(&list, table, "x");
	CHECK(strlen(list.filter) <= 64);
	list_deinit(&list);
	table_destroy(table);
}

// The row under the cursor is followed into the next table; the top line is not.
static void check_following(void)
{
	static const char *const names[] = {"dict", "set", "str", "list"};
	static const uint64_t counts[] = {90, 80, 70, 60};
	struct list list = {0};
	struct table *table = make_five();
	struct table *next = make_table(names, counts, 4);
	CHECK(!list_update(&list, table));
	CHECK(!list_update(&list, next));
	CHECK_STRING(name_under_cursor(next, &list), "dict");
	CHECK(!list_update(&list, table));
	press(&list, table, INPUT_DOWN);
	press(&list, table, INPUT_DOWN);
	CHECK_STRING(name_under_cursor(table, &list), "list");
	CHECK(!list_update(&list, next));
	CHECK_STRING(name_under_cursor(next, &list), "list");
	CHECK(list.cursor == 3);
	// A row that is gone leaves the cursor where it is, within what is there.
	CHECK(!list_update(&list, table));
	press(&list, table, INPUT_END);
	CHECK(!list_update(&list, next));
	CHECK(list.cursor == 3);
	list_deinit(&list);
	table_destroy(table);
	table_destroy(next);
}

int main(void)
{
	check_moves();
	check_clicks();
	check_order();
	check_filter();
	check_foreign_filter();
	check_following();
	return test_done();
}
