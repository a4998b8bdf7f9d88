// SPDX-License-Identifier: MIT
// Fields that exist and fields that do not; object headers; the collector's links.
#include "python/field.h"

#include "python/gc_link.h"
#include "python/header.h"

#include "literal.h"

static void test_fields(struct literal *literal)
{
	addr_t base = literal_allocate(literal, 64);
	put_u64(literal, base + 8, UINT64_C(0xfffffffe00000007));
	literal->layout.field[FIELD_dict_used] = 8;
	literal->layout.field[FIELD_dict_keys] = LAYOUT_ABSENT;
	const struct python python = literal_python(literal);
	uint64_t word = 1;
	uint32_t half = 1;
	int32_t number = 1;
	uint8_t byte = 1;
	CHECK(!field_u64(&python, base, FIELD_dict_used, &word));
	CHECK(word == UINT64_C(0xfffffffe00000007));
	CHECK(!field_u32(&python, base, FIELD_dict_used, &half) && half == 7);
	CHECK(!field_i32(&python, base + 4, FIELD_dict_used, &number) && number == -2);
	CHECK(!field_u8(&python, base, FIELD_dict_used, &byte) && byte == 7);
	CHECK(!field_optional_u64(&python, base, FIELD_dict_used, &word) && word >> 63);
	CHECK(field_length(&python, base, FIELD_dict_used, &word) == STATUS_INVALID);
	CHECK(field_u64(&python, 0, FIELD_dict_used, &word) == STATUS_UNREADABLE);
	CHECK(field_u64(&python, UINT64_MAX - 8, FIELD_dict_used, &word) == STATUS_UNREADABLE);

	// An absent one is never read, wherever that would be.
	CHECK(!field_is_known(&python, FIELD_dict_keys));
	CHECK(field_u64(&python, base, FIELD_dict_keys, &word) == STATUS_UNSUPPORTED);
	CHECK(field_u32(&python, base, FIELD_dict_keys, &half) == STATUS_UNSUPPORTED);
	CHECK(field_i32(&python, base, FIELD_dict_keys, &number) == STATUS_UNSUPPORTED);
	CHECK(field_u8(&python, base, FIELD_dict_keys, &byte) == STATUS_UNSUPPORTED);
	CHECK(field_length(&python, base, FIELD_dict_keys, &word) == STATUS_UNSUPPORTED);
	CHECK(!field_optional_u64(&python, base, FIELD_dict_keys, &word) && word == 0);
	for (addr_t addr = 0; addr < UINT64_C(1) << 48; addr += UINT64_C(1) << 40)
		if ((addr + field_offset(&python, FIELD_dict_keys)) >> IMAGE_ADDRESS_BITS == 0)
			CHECK(!"an absent field has a place");
	CHECK((uint32_t)field_offset(&python, FIELD_dict_keys) == LAYOUT_ABSENT);
}

static void test_records(struct literal *literal)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record record = {0};
	addr_t base = literal_allocate(literal, 64);
	put_u64(literal, base + 16, 0x1122334455667788);
	literal->layout.field[FIELD_dict_size] = 24;
	literal->layout.field[FIELD_dict_used] = 16;
	literal->layout.field[FIELD_dict_keys] = 20; // runs out of the struct
	literal->layout.field[FIELD_dict_values] = LAYOUT_ABSENT;
	const struct python python = literal_python(literal);
	CHECK(!record_read(&python, base, FIELD_dict_size, buffer, &record));
	CHECK(record.size == 24);
	CHECK(record_u64(&record, FIELD_dict_used) == 0x1122334455667788);
	CHECK(record_u32(&record, FIELD_dict_used) == 0x55667788);
	CHECK(record_u8(&record, FIELD_dict_used) == 0x88);
	CHECK(record_u64(&record, FIELD_dict_keys) == 0);
	CHECK(record_u32(&record, FIELD_dict_keys) == 0x11223344);
	CHECK(record_u64(&record, FIELD_dict_values) == 0);
	CHECK(record_u8(&record, FIELD_dict_values) == 0);
	CHECK(!record_read_to(&python, base, FIELD_dict_used, buffer, &record));
	CHECK(record.size == 24);
	CHECK(record_read(&python, base, FIELD_dict_values, buffer, &record) == STATUS_UNSUPPORTED);
	CHECK(record_read_to(&python, base, FIELD_dict_values, buffer, &record) ==
		STATUS_UNSUPPORTED);
	CHECK(record_read(&python, 8, FIELD_dict_size, buffer, &record) == STATUS_UNREADABLE);
	literal->layout.field[FIELD_dict_size] = RECORD_SIZE_MAX + 1;
	CHECK(record_read(&python, base, FIELD_dict_size, buffer, &record) == STATUS_UNSUPPORTED);
}

static void test_header(struct literal *literal)
{
	const struct python python = literal_python(literal);
	addr_t list = literal_object(literal, WELL_KNOWN_list, 64), type = 0;
	int64_t size = 0;
	uint64_t length = 0;
	CHECK(!header_type(&python, list, &type));
	CHECK(type == literal->runtime.well_known[WELL_KNOWN_list]);
	CHECK(header_is_exact(&python, list, WELL_KNOWN_list));
	CHECK(!header_is_exact(&python, list, WELL_KNOWN_dict));
	CHECK(!header_is_exact(&python, 0, WELL_KNOWN_list));
	put_field(literal, list, FIELD_object_type, 0);
	literal->runtime.well_known[WELL_KNOWN_list] = 0;
	CHECK(!header_is_exact(&python, list, WELL_KNOWN_list)); // two unknowns are not alike
	put_field(literal, list, FIELD_var_size, 5);
	CHECK(!header_var_size(&python, list, &size) && size == 5);
	CHECK(!header_length(&python, list, &length) && length == 5);
	put_field(literal, list, FIELD_var_size, (uint64_t)-5);
	CHECK(!header_var_size(&python, list, &size) && size == -5);
	CHECK(header_length(&python, list, &length) == STATUS_INVALID);
	CHECK(header_var_size(&python, 16, &size) == STATUS_UNREADABLE);

	CHECK(header_is_refcnt(&python, 1));
	CHECK(!header_is_refcnt(&python, 0));
	CHECK(header_is_refcnt(&python, 0xffffffff)); // immortal
	CHECK(!header_is_refcnt(&python, UINT64_C(0x7f0012345670))); // the link of a free block
	bool has_flags = literal->layout.traits.has_32bit_refcnt;
	CHECK(header_is_refcnt(&python, UINT64_C(0x0005000000000001)) == has_flags);
	CHECK(!header_is_refcnt(&python, UINT64_C(0x0005000000000000)));
}

static void put_links(struct literal *literal, addr_t head, uint64_t next, uint64_t previous)
{
	put_field(literal, head, FIELD_gc_head_next, next);
	put_field(literal, head, FIELD_gc_head_prev, previous);
}

static void test_links(struct literal *literal)
{
	const struct python python = literal_python(literal);
	addr_t list = literal_allocate(literal, 64), head = literal_allocate(literal, 64), next = 0;
	addr_t object = gc_link_object(&python, head);
	CHECK(gc_link_head(&python, object) == head);
	CHECK(!gc_link_is_tracked(&python, object));
	CHECK(gc_link_check(&python, head, &next) == STATUS_INVALID && !next);
	put_links(literal, list, head, head | 3);
	put_links(literal, head, list | 1, list | 2); // flags of a collection
	CHECK(gc_link_is_tracked(&python, object));
	CHECK(!gc_link_next(&python, head, &next) && next == list);
	CHECK(!gc_link_previous(&python, list, &next) && next == head);
	CHECK(!gc_link_check(&python, list, &next) && next == head);
	put_links(literal, list, head, 0x1000);
	CHECK(gc_link_check(&python, head, &next) == STATUS_INVALID && next == list);
	put_links(literal, head, 0x1000, list);
	CHECK(gc_link_check(&python, head, &next) == STATUS_UNREADABLE);
	CHECK(!gc_link_is_tracked(&python, 0));
	CHECK(gc_link_next(&python, UINT64_MAX - 7, &next) == STATUS_UNREADABLE);
}

static void test_all(struct literal *literal)
{
	struct layout layout = literal->layout;
	addr_t known = literal->runtime.well_known[WELL_KNOWN_list];
	test_fields(literal);
	test_records(literal);
	literal->layout = layout;
	test_header(literal);
	literal->runtime.well_known[WELL_KNOWN_list] = known;
	test_links(literal);
}

int main(void)
{
	literal_each_memory(test_all);
	return test_done();
}
