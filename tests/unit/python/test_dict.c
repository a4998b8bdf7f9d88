// SPDX-License-Identifier: MIT
#include "python/dict.h"

#include "python/str.h"

#include "../test.h"
#include "../heap/fake_heap.h"

static void check_combined(struct fake *fake)
{
	addr_t keys[] = {fake_str(fake, "first"), fake_str(fake, "gone"), fake_str(fake, "last")};
	addr_t values[] = {0x1110, 0, 0x2220};
	addr_t dict = fake_dict(fake, keys, values, 3);
	struct dict_reader reader;
	struct dict_entry entry;
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_OK);
	CHECK(dict_reader_next(&reader, &entry) && entry.position == 0);
	CHECK(entry.key == keys[0] && entry.value == 0x1110);
	CHECK(dict_reader_next(&reader, &entry) && entry.position == 2);
	CHECK(entry.key == keys[2] && entry.value == 0x2220);
	CHECK(!dict_reader_next(&reader, &entry));

	addr_t value;
	CHECK(dict_find(&fake->heap.python, dict, "last", &value) == STATUS_OK && value == 0x2220);
	CHECK(dict_find(&fake->heap.python, dict, "gone", &value) == STATUS_NOT_FOUND);
	CHECK(dict_find(&fake->heap.python, dict, "las", &value) == STATUS_NOT_FOUND);
}

static void check_sizes(struct fake *fake, unsigned kind, uint32_t entry_size)
{
	addr_t key = fake_str(fake, "key"), value = 0x1110;
	addr_t table = fake_keys(fake, kind, &key, &value, 1);
	struct dict_keys keys;
	CHECK(dict_keys_read(&fake->heap.python, table, &keys, NULL) == STATUS_OK);
	CHECK(keys.entry_size == entry_size);
	CHECK(keys.capacity == 5 && keys.used == 1 && keys.usable == 4 && keys.refcnt == 1);
	CHECK(keys.size_bytes ==
		fake->layout.field[FIELD_keys_indices] + 8 + 5 * (uint64_t)entry_size);
}

// Keys of the class, values of the instance; one name was never set here.
static void check_values(struct fake *fake, unsigned kind)
{
	addr_t names[] = {fake_str(fake, "a"), fake_str(fake, "b"), fake_str(fake, "c")};
	addr_t table = fake_keys(fake, kind, names, NULL, 3);
	addr_t block = fake_allocate(fake, 64), values = block;
	if (layout_has(&fake->layout, FIELD_values_capacity)) {
		fake_poke(fake, block, 2); // capacity: less than the class has names by now
		values += fake->layout.field[FIELD_values_values];
	}
	fake_poke(fake, values, 0);
	fake_poke(fake, values + 8, 0x2220);
	fake_poke(fake, values + 16, 0x3330);

	addr_t dict = fake_object(fake, fake->dict, fake->layout.field[FIELD_dict_size]);
	fake_set(fake, dict, FIELD_dict_keys, table);
	fake_set(fake, dict, FIELD_dict_values, block);
	struct dict_reader reader;
	struct dict_entry entry;
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_OK);
	CHECK(dict_reader_next(&reader, &entry));
	CHECK(entry.key == names[1] && entry.value == 0x2220 && entry.position == 1);
	bool has_third = dict_reader_next(&reader, &entry);
	CHECK(has_third == !layout_has(&fake->layout, FIELD_values_capacity));

	CHECK(dict_reader_init_keys(&fake->heap.python, table, &reader) == STATUS_OK);
	unsigned count = 0;
	while (dict_reader_next(&reader, &entry))
		count += entry.key == names[count] && !entry.value;
	CHECK(count == 3);
}

// Whatever the bytes say, the reader stays inside the image and ends.
static void check_hostile(struct fake *fake)
{
	addr_t key = fake_str(fake, "key"), value = 0x1110;
	addr_t dict = fake_dict(fake, &key, &value, 1);
	addr_t table = fake_get(fake, dict + fake->layout.field[FIELD_dict_keys]);
	struct dict_reader reader;
	struct dict_entry entry;
	fake_set(fake, table, FIELD_keys_nentries, 6); // of 5
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_INVALID);
	CHECK(!dict_reader_next(&reader, &entry));
	fake_set(fake, table, FIELD_keys_nentries, UINT64_MAX);
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_INVALID);
	fake_set(fake, table, FIELD_keys_nentries, 1);
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_OK);

	fake_set(fake, dict, FIELD_dict_values, FAKE_START + FAKE_SIZE - 4);
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_UNREADABLE);
	CHECK(!dict_reader_next(&reader, &entry));
	fake_set(fake, dict, FIELD_dict_keys, 0);
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_UNREADABLE);
	CHECK(dict_reader_init(&fake->heap.python, UINT64_MAX - 8, &reader) == STATUS_UNREADABLE);
}

// dk_log2_size and dk_log2_index_bytes are any two bytes.
static void check_hostile_logarithms(struct fake *fake)
{
	addr_t key = fake_str(fake, "key"), value = 0x1110;
	addr_t table = fake_keys(fake, 1, &key, &value, 1);
	struct dict_keys keys;
	unsigned good = 0;
	for (unsigned bytes = 0; bytes < 1 << 16; bytes++) {
		fake_set(fake, table, FIELD_keys_log2_size, bytes | 1 << 16);
		good += dict_keys_read(&fake->heap.python, table, &keys, NULL) == STATUS_OK;
	}
	// Four widths of index each for 2^3 slots (the first that has room for 4 + 1 entries) up to
	// what the image has room for.
	CHECK(good >= 4 && good <= 4 * 20);
}

int main(void)
{
	struct fake fake;
	fake_init(&fake, 0x030b02);
	check_combined(&fake);
	check_sizes(&fake, 1, 16);
	check_sizes(&fake, 0, 24);
	check_values(&fake, 2);
	check_hostile(&fake);
	check_hostile_logarithms(&fake);
	addr_t str = fake_str(&fake, "name");
	CHECK(str_equals(&fake.heap.python, str, "name"));
	CHECK(!str_equals(&fake.heap.python, str, "names"));
	CHECK(!str_equals(&fake.heap.python, 0, "name"));
	CHECK(!str_equals(&fake.heap.python, fake_list(&fake, NULL, 0), "name"));
	fake_deinit(&fake);

	fake_init(&fake, 0x030d05);
	check_combined(&fake);
	check_values(&fake, 2);
	check_hostile(&fake);
	fake_deinit(&fake);

	// The header of 3.8 to 3.10: sizes in words, one width of entry, no header of values.
	fake_init(&fake, 0x030b02);
	fake.layout.traits.has_unicode_entries = false;
	fake.layout.field[FIELD_keys_log2_size] = LAYOUT_ABSENT;
	fake.layout.field[FIELD_keys_table_size] = 8;
	fake.layout.field[FIELD_keys_usable] = 24;
	fake.layout.field[FIELD_keys_nentries] = 32;
	fake.layout.field[FIELD_keys_indices] = 40;
	check_combined(&fake);
	check_sizes(&fake, 1, 24);
	check_values(&fake, 1);
	check_hostile(&fake);
	fake_deinit(&fake);
	return test_done();
}
