// SPDX-License-Identifier: MIT
// Vectors grow, and are unchanged when memory runs out.
#include "base/vector.h"

#include "../failing.h"
#include "../test.h"
#include "base/guard.h"

#include <stdint.h>

struct pair {
	int key, value;
};

VECTOR(pairs, struct pair)
VECTOR(words, char *)

static int compare_pairs(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;
	return (a->key > b->key) - (a->key < b->key);
}

static void test_empty(void)
{
	struct pairs pairs = {0};
	size_t count = 7;
	pairs_deinit(&pairs);
	pairs_deinit(NULL);
	CHECK(!pairs_last(&pairs));
	CHECK(!pairs_find(&pairs, &(struct pair){1, 0}, compare_pairs));
	pairs_sort(&pairs, compare_pairs);
	vector_for_each(pair, &pairs)
		count += (size_t)pair->key;
	CHECK(count == 7);
	CHECK(!pairs_take_items(&pairs, &count) && !count);
}

static void test_add(void)
{
	AUTO(pairs_deinit) struct pairs pairs = {0};
	bool good = true;
	for (int i = 0; i < 1000; i++)
		good &= !pairs_add(&pairs, (struct pair){1000 - i, i});
	CHECK(good && pairs.count == 1000 && pairs.capacity >= 1000);
	CHECK(pairs_last(&pairs)->value == 999);
	struct pair *zeroed = pairs_add_zeroed(&pairs);
	CHECK(zeroed && !zeroed->key && !zeroed->value && pairs.count == 1001);
	pairs_sort(&pairs, compare_pairs);
	const struct pair *found = pairs_find(&pairs, &(struct pair){500, 0}, compare_pairs);
	CHECK(found && found->value == 500);
	CHECK(!pairs_find(&pairs, &(struct pair){2000, 0}, compare_pairs));
	int last = -1;
	const struct pairs *constant = &pairs;
	vector_for_each(pair, constant) {
		good &= pair->key > last;
		last = pair->key;
	}
	CHECK(good && last == 1000);
}

static void test_next(void)
{
	AUTO(pairs_deinit) struct pairs pairs = {0};
	struct pair *place = pairs_next(&pairs);
	CHECK(place && !pairs.count);
	*place = (struct pair){1, 2};
	pairs.count++;
	CHECK(pairs_last(&pairs) == place && place->value == 2);
}

static void test_insert_and_remove(void)
{
	AUTO(pairs_deinit) struct pairs pairs = {0};
	CHECK(!pairs_insert(&pairs, 0, (struct pair){2, 0}));
	CHECK(!pairs_insert(&pairs, 0, (struct pair){0, 0}));
	CHECK(!pairs_insert(&pairs, 1, (struct pair){1, 0}));
	CHECK(!pairs_insert(&pairs, 3, (struct pair){3, 0}));
	CHECK(pairs.count == 4);
	for (int i = 0; i < 4; i++)
		CHECK(pairs.items[i].key == i);
	pairs_remove(&pairs, 0);
	pairs_remove(&pairs, 2);
	CHECK(pairs.count == 2 && pairs.items[0].key == 1 && pairs.items[1].key == 2);
}

static void test_resize(void)
{
	AUTO(pairs_deinit) struct pairs pairs = {0};
	CHECK(!pairs_resize(&pairs, 0) && !pairs.count);
	CHECK(!pairs_resize(&pairs, 3) && pairs.count == 3 && !pairs.items[2].value);
	pairs.items[2].value = 5;
	CHECK(!pairs_resize(&pairs, 1) && pairs.count == 1);
	CHECK(!pairs_resize(&pairs, 3) && !pairs.items[2].value);
}

static void test_take(void)
{
	AUTO(words_deinit) struct words words = {0};
	CHECK(!words_add(&words, NULL));
	AUTO(words_deinit) struct words taken = words_take(&words);
	CHECK(taken.count == 1 && !words.items && !words.count && !words.capacity);
	size_t count;
	AUTO(freep) char **items = words_take_items(&taken, &count);
	CHECK(items && count == 1 && !taken.items && !taken.count && !taken.capacity);
}

static void test_limits(void)
{
	AUTO(pairs_deinit) struct pairs pairs = {0};
	CHECK(!pairs_add(&pairs, (struct pair){1, 2}));
	CHECK(pairs_reserve(&pairs, SIZE_MAX / 2) == STATUS_NO_MEMORY);
	CHECK(pairs_resize(&pairs, SIZE_MAX) == STATUS_NO_MEMORY);
	allocations_left = 0;
	CHECK(!pairs_reserve(&pairs, pairs.capacity));
	while (pairs.count < pairs.capacity)
		if (pairs_add(&pairs, (struct pair){1, 2}))
			break;
	size_t count = pairs.count;
	CHECK(count == pairs.capacity);
	CHECK(pairs_add(&pairs, (struct pair){3, 4}) == STATUS_NO_MEMORY);
	CHECK(pairs_insert(&pairs, 0, (struct pair){3, 4}) == STATUS_NO_MEMORY);
	CHECK(pairs_resize(&pairs, count + 1) == STATUS_NO_MEMORY);
	CHECK(!pairs_add_zeroed(&pairs) && !pairs_next(&pairs));
	allocations_left = LONG_MAX;
	CHECK(pairs.count == count && pairs.items[0].key == 1 && pairs_last(&pairs)->value == 2);
}

int main(void)
{
	test_empty();
	test_add();
	test_next();
	test_insert_and_remove();
	test_resize();
	test_take();
	test_limits();
	return test_done();
}
