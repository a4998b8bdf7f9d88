// SPDX-License-Identifier: MIT
#include "python/list.h"

#include "literal.h"

static addr_t make_list(struct literal *literal, uint64_t count, uint64_t allocated)
{
	addr_t list = literal_object(literal, WELL_KNOWN_list, 64);
	addr_t array = literal_allocate(literal, 8 * 4);
	for (unsigned i = 0; i < 4; i++)
		put_u64(literal, array + 8 * i, 0x1000 + i);
	put_field(literal, list, FIELD_var_size, count);
	put_field(literal, list, FIELD_list_allocated, allocated);
	put_field(literal, list, FIELD_list_items, array);
	return list;
}

static void test_lists(struct literal *literal)
{
	const struct python python = literal_python(literal);
	struct items items;
	addr_t item = 0;
	uint64_t allocated = 0;
	addr_t list = make_list(literal, 3, 4);
	CHECK(!list_items(&python, list, &items) && items.count == 3);
	CHECK(!items_read(&python, &items, 2, &item) && item == 0x1002);
	CHECK(!list_allocated(&python, list, &allocated) && allocated == 4);

	// While it is sorted, its items are elsewhere.
	list = make_list(literal, 0, UINT64_MAX);
	CHECK(!list_items(&python, list, &items) && items.count == 0);
	CHECK(!list_allocated(&python, list, &allocated) && allocated == UINT64_MAX);

	CHECK(list_items(&python, make_list(literal, 5, 4), &items) == STATUS_INVALID);
	CHECK(list_items(&python, make_list(literal, UINT64_MAX, 4), &items) == STATUS_INVALID);
	CHECK(list_items(&python, make_list(literal, UINT64_C(1) << 62, UINT64_C(1) << 62), &items) ==
		STATUS_INVALID);
	CHECK(list_items(&python, make_list(literal, 1, UINT64_MAX), &items) == STATUS_INVALID);
	CHECK(list_allocated(&python, make_list(literal, 0, UINT64_C(1) << 62), &allocated) ==
		STATUS_INVALID);
	CHECK(list_items(&python, 0, &items) == STATUS_UNREADABLE);
	CHECK(list_items(&python, LITERAL_BASE + LITERAL_BYTES - 24, &items) == STATUS_UNREADABLE);

	list = make_list(literal, 2, 2);
	put_field(literal, list, FIELD_list_items, 0x1000);
	CHECK(!list_items(&python, list, &items));
	CHECK(items_read(&python, &items, 0, &item) == STATUS_UNREADABLE);
}

static void test_tuples(struct literal *literal)
{
	const struct python python = literal_python(literal);
	static const addr_t values[] = {0x1000, 0x1010};
	struct items items;
	addr_t item = 0, tuple = literal_tuple(literal, values, 2);
	CHECK(!tuple_items(&python, tuple, &items) && items.count == 2);
	CHECK(!items_read(&python, &items, 1, &item) && item == 0x1010);
	put_field(literal, tuple, FIELD_var_size, UINT64_MAX);
	CHECK(tuple_items(&python, tuple, &items) == STATUS_INVALID);
	CHECK(tuple_items(&python, 16, &items) == STATUS_UNREADABLE);
	// As many as no memory holds: counted, and unreadable one by one.
	put_field(literal, tuple, FIELD_var_size, UINT64_C(1) << 40);
	CHECK(!tuple_items(&python, tuple, &items));
	CHECK(items_read(&python, &items, (UINT64_C(1) << 40) - 1, &item) == STATUS_UNREADABLE);
}

static void test_all(struct literal *literal)
{
	test_lists(literal);
	test_tuples(literal);
}

int main(void)
{
	literal_each_memory(test_all);
	return test_done();
}
