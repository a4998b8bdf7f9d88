// SPDX-License-Identifier: MIT
#include "python/dict.h"

#include "python/str.h"

#include "../test.h"
#include "fake_live.h"

static void check_combined(struct fake *fake)
{
	addr_t keys[] = {fake_str(fake, "first"), fake_str(fake, "gone"), fake_str(fake, "last")};
	addr_t values[] = {0x1110, 0, 0x2220};
	addr_t dict = fake_dict(fake, keys, values, 3);
	struct dict_reader reader;
	struct dict_entry entry = {0};
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
	struct dict_entry entry = {0};
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
	struct dict_entry entry = {0};
	fake_set(fake, table, FIELD_keys_nentries, 6); // of 5
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_INVALID);
	CHECK(!dict_reader_next(&reader, &entry));
	fake_set(fake, table, FIELD_keys_nentries, UINT64_MAX);
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_INVALID);
	fake_set(fake, table, FIELD_keys_nentries, 1);
	CHECK(dict_reader_init(&fake->heap.python, dict, &reader) == STATUS_OK);

	// Of a live process that is seen when they are read.
	fake_set(fake, dict, FIELD_dict_values, FAKE_START + FAKE_SIZE - 4);
	enum status status = dict_reader_init(&fake->heap.python, dict, &reader);
	CHECK(!dict_reader_next(&reader, &entry));
	CHECK((status ? status : reader.status) == STATUS_UNREADABLE);
	CHECK(status || !fake->heap.python.memory.image);
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

static void check_strings(struct fake *fake)
{
	const struct python *python = &fake->heap.python;
	addr_t str = fake_str(fake, "name");
	char longer[300];
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	CHECK(str_equals(python, str, "name"));
	CHECK(!str_equals(python, str, "names"));
	CHECK(!str_equals(python, str, "na"));
	CHECK(!str_equals(python, fake_str(fake, longer), longer)); // no name is that long
	CHECK(!str_equals(python, 0, "name"));
	CHECK(!str_equals(python, fake_list(fake, NULL, 0), "name"));
}

// More entries than one window of a live process takes, some of them deleted.
static void check_many(struct fake *fake)
{
	enum { MANY = 5 * DICT_WINDOW_ENTRIES + 3 };
	addr_t keys[MANY], values[MANY], value;
	char name[16];
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "key%u", i);
		keys[i] = fake_str(fake, name);
		values[i] = i % 7 ? 0x1000 + i : 0;
	}
	addr_t dict = fake_dict(fake, keys, values, MANY);
	struct dict_reader reader;
	struct dict_entry entry = {0};
	unsigned count = 0;
	CHECK(!dict_reader_init(&fake->heap.python, dict, &reader));
	while (dict_reader_next(&reader, &entry))
		count += entry.key == keys[entry.position] &&
			entry.value == 0x1000 + entry.position && entry.position % 7;
	CHECK(count == MANY - (MANY + 6) / 7);
	CHECK(!reader.status);
	CHECK(!dict_find(&fake->heap.python, dict, "key80", &value) && value == 0x1050);
	fake_set(fake, dict, FIELD_dict_used, count);
	uint64_t length = 0;
	CHECK(!dict_length(&fake->heap.python, dict, &length) && length == count);
	fake_set(fake, dict, FIELD_dict_used, UINT64_MAX);
	CHECK(dict_length(&fake->heap.python, dict, &length) == STATUS_INVALID);
}

// The field to blame where a table makes no sense.
static void check_misfits(struct fake *fake)
{
	addr_t key = fake_str(fake, "key"), value = 0x1110;
	addr_t table = fake_keys(fake, 1, &key, &value, 1);
	struct dict_keys keys;
	struct dict_misfit misfit = {FIELD_COUNT, NULL};
	CHECK(!dict_keys_read(&fake->heap.python, table, &keys, &misfit));
	CHECK(misfit.field == FIELD_COUNT);
	fake_set(fake, table, FIELD_keys_nentries, 6);
	CHECK(dict_keys_read(&fake->heap.python, table, &keys, &misfit) == STATUS_INVALID);
	CHECK(misfit.field == FIELD_keys_nentries && misfit.what);
	fake_set(fake, table, FIELD_keys_nentries, 1);
	fake_set(fake, table, FIELD_keys_usable, UINT64_MAX);
	CHECK(dict_keys_read(&fake->heap.python, table, &keys, &misfit) == STATUS_INVALID);
	CHECK(misfit.field == FIELD_keys_usable);
}

// What belongs to a dict beside its object: nothing of a table that others share.
static void check_tables_size(struct fake *fake)
{
	addr_t key = fake_str(fake, "key"), value = 0x1110;
	addr_t dict = fake_dict(fake, &key, &value, 1), table = 0;
	struct dict_keys keys;
	uint64_t size = 0;
	table = fake_get(fake, dict + fake->layout.field[FIELD_dict_keys]);
	CHECK(!dict_keys_read(&fake->heap.python, table, &keys, NULL));
	CHECK(!dict_tables_size(&fake->heap.python, dict, &size) && size == keys.size_bytes);
	fake_set(fake, table, FIELD_keys_refcnt, 2);
	CHECK(!dict_tables_size(&fake->heap.python, dict, &size) && size == 0);
	fake_set(fake, dict, FIELD_dict_keys, 16);
	CHECK(dict_tables_size(&fake->heap.python, dict, &size) == STATUS_UNREADABLE);
}

static void check_common(struct fake *fake)
{
	check_combined(fake);
	check_many(fake);
	check_misfits(fake);
	check_tables_size(fake);
	check_hostile(fake);
	check_strings(fake);
}

static void check_3_11(struct fake *fake)
{
	check_common(fake);
	check_sizes(fake, 1, 16);
	check_sizes(fake, 0, 24);
	check_values(fake, 2);
	if (fake->heap.python.memory.image)
		check_hostile_logarithms(fake);
}

static void check_3_13(struct fake *fake)
{
	check_common(fake);
	check_values(fake, 2);
}

// The header of 3.8 to 3.10: sizes in words, one width of entry, no header of values.
static void make_3_8(struct fake *fake)
{
	fake->layout.traits.has_unicode_entries = false;
	fake->layout.field[FIELD_keys_log2_size] = LAYOUT_ABSENT;
	fake->layout.field[FIELD_keys_table_size] = 8;
	fake->layout.field[FIELD_keys_usable] = 24;
	fake->layout.field[FIELD_keys_nentries] = 32;
	fake->layout.field[FIELD_keys_indices] = 40;
}

static void check_3_8(struct fake *fake)
{
	check_common(fake);
	check_sizes(fake, 1, 24);
	check_values(fake, 1);
}

int main(void)
{
	fake_run_both(0x030b02, NULL, check_3_11);
	fake_run_both(0x030d05, NULL, check_3_13);
	fake_run_both(0x030b02, make_3_8, check_3_8);
	return test_done();
}
