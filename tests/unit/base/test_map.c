// SPDX-License-Identifier: MIT
// Maps find what was added, in that order, and are unchanged when memory runs out.
#include "base/map.h"

#include "../failing.h"
#include "../test.h"
#include "base/guard.h"

#include <inttypes.h>

MAP_U64(numbers, int)
MAP_STRING(words, int)

enum { KEY_COUNT = 20000 };

static void test_empty(void)
{
	struct numbers numbers = {0};
	struct words words = {0};
	numbers_deinit(NULL);
	words_deinit(&words);
	CHECK(!numbers_find(&numbers, 0) && !words_find(&words, ""));
}

// Keys that ask for the same slot under any hash that keeps low or high bits.
static uint64_t make_key(unsigned number, unsigned shift)
{
	return shift < 64 ? (uint64_t)number << shift : UINT64_MAX - number;
}

static void test_numbers(unsigned shift)
{
	AUTO(numbers_deinit) struct numbers numbers = {0};
	bool good = true;
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		int *value = numbers_add(&numbers, make_key(i, shift));
		good &= value && !*value;
		if (value)
			*value = (int)i + 1;
	}
	CHECK(good && numbers.count == KEY_COUNT);
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		const int *found = numbers_find(&numbers, make_key(i, shift));
		good &= found && *found == (int)i + 1;
		good &= numbers_add(&numbers, make_key(i, shift)) == found;
	}
	CHECK(good && numbers.count == KEY_COUNT);
	CHECK(!numbers_find(&numbers, make_key(KEY_COUNT, shift)));
	int expected = 0;
	vector_for_each(entry, &numbers)
		good &= entry->value == ++expected;
	CHECK(good && expected == KEY_COUNT);
}

// How far behind the first slot of its hash a key stands, on average: well under 2 where hashes are
// even, whatever part of three quarters of the slots is taken.
static double mean_distance(const struct map_index *index)
{
	size_t sum = 0;
	for (size_t i = 0; i <= index->mask; i++)
		if (index->slots[i])
			sum += (i - (index->slots[i] >> 32)) & index->mask;
	return (double)sum / (double)index->count;
}

static void test_evenness(void)
{
	for (unsigned shift = 0; shift <= 64; shift += 4) {
		AUTO(numbers_deinit) struct numbers numbers = {0};
		// As many as stay different when their upper bits are shifted out.
		unsigned usable = shift > 49 && shift < 64 ? 1u << (64 - shift) : 1u << 15;
		for (unsigned i = 0; i < usable && i < KEY_COUNT; i++)
			(void)numbers_add(&numbers, make_key(i, shift));
		printf("# shift %u: mean distance %.2f\n", shift, mean_distance(&numbers.index));
		CHECK(mean_distance(&numbers.index) < 4);
	}
	AUTO(words_deinit) struct words words = {0};
	static char texts[KEY_COUNT][24];
	for (int i = 0; i < KEY_COUNT; i++) {
		snprintf(texts[i], sizeof(texts[i]), "aaaaaaaaaaaaaaa%d", i);
		(void)words_add(&words, texts[i]);
	}
	CHECK(words.count == KEY_COUNT && mean_distance(&words.index) < 4);
}

static void test_words(void)
{
	AUTO(words_deinit) struct words words = {0};
	static const char *const keys[] = {"", "a", "b", "ab", "12345678", "123456789", "12345678\x01"};
	const int count = sizeof(keys) / sizeof(*keys);
	for (int i = 0; i < count; i++) {
		int *value = words_add(&words, keys[i]);
		if (CHECK(value && !*value))
			*value = i + 1;
	}
	for (int i = 0; i < count; i++) {
		const int *found = words_find(&words, keys[i]);
		CHECK(found && *found == i + 1);
	}
	CHECK(!words_find(&words, "abc") && !words_find(&words, "1234567"));
	CHECK(words_find_bytes(&words, "abc", 2) == words_find(&words, "ab"));
	CHECK(words_add_bytes(&words, "abc", 2) == words_find(&words, "ab"));
	// Zero bytes count: the length belongs to the key.
	CHECK(!words_find_bytes(&words, "a\0", 2) && words_add_bytes(&words, "a\0", 2));
	CHECK(words.count == (size_t)count + 1 && words_find_bytes(&words, "a\0", 2));
}

static void test_no_memory(void)
{
	AUTO(numbers_deinit) struct numbers numbers = {0};
	CHECK(numbers_reserve(&numbers, SIZE_MAX / 2) == STATUS_NO_MEMORY);
	CHECK(map_index_reserve(&numbers.index, (size_t)4 << 30) == STATUS_NO_MEMORY);
	allocations_left = 0;
	CHECK(!numbers_add(&numbers, 1));
	allocations_left = 1;
	CHECK(!numbers_add(&numbers, 1) && !numbers_find(&numbers, 1));
	allocations_left = LONG_MAX;
	CHECK(!numbers_reserve(&numbers, 100));
	allocations_left = 0;
	bool good = true;
	for (unsigned i = 0; i < 100; i++) {
		int *value = numbers_add(&numbers, i);
		good &= value != NULL;
		if (value)
			*value = (int)i;
	}
	CHECK(good && numbers.count == 100);
	uint64_t key = 100;
	while (numbers_add(&numbers, key))
		key++;
	allocations_left = LONG_MAX;
	CHECK(numbers.count == key && !numbers_find(&numbers, key));
	for (unsigned i = 0; i < 100; i++) {
		const int *value = numbers_find(&numbers, i);
		good &= value && *value == (int)i;
	}
	CHECK(good && numbers_add(&numbers, key));
}

int main(void)
{
	test_empty();
	test_numbers(0);
	test_numbers(4);
	test_numbers(32);
	test_numbers(64);
	test_evenness();
	test_words();
	test_no_memory();
	return test_done();
}
