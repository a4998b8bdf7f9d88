// SPDX-License-Identifier: MIT
#include "python/type.h"

#include "../test.h"
#include "fake_live.h"

static void check_name(struct fake *fake, addr_t type, const char *expected)
{
	struct type_fields fields;
	char *tp_name = NULL, *name = NULL;
	if (!CHECK(!type_read_fields(&fake->heap.python, type, &fields)))
		return;
	CHECK(!memory_c_string(
		&fake->heap.python.memory, fields.name, TYPE_NAME_MAX_BYTES, &tp_name));
	CHECK(!type_make_name(&fake->heap.python, &fields, tp_name, &name));
	CHECK_STRING(name, expected);
	free(tp_name);
	free(name);
}

static void check_fields(struct fake *fake)
{
	struct type_fields fields;
	CHECK(!type_read_fields(&fake->heap.python, fake->dict, &fields));
	CHECK(fields.address == fake->dict && fields.metatype == fake->type);
	CHECK(fields.basicsize == fake->layout.field[FIELD_dict_size]);
	CHECK(fields.base == fake->object && fields.is_made_in_c && !fields.member_count);
	CHECK(fields.flags & TYPE_FLAG_DICT);
	check_name(fake, fake->dict, "dict");
	check_name(fake, fake_static_type(fake, "builtins.odd", 16, 0, 0, fake->object), "odd");
	check_name(fake, fake_static_type(fake, "_csv.reader", 16, 0, 0, fake->object),
		"_csv.reader");
	check_name(fake, fake_static_type(fake, "c.\x1b[2J", 16, 0, 0, fake->object),
		"c.\\x1b[2J");

	addr_t class = fake_class(fake, "app", "Session", 32, 0, fake->object, 2);
	CHECK(!type_read_fields(&fake->heap.python, class, &fields));
	CHECK(!fields.is_made_in_c && fields.member_count == 2);
	CHECK(fields.members == class + fake->layout.field[FIELD_heap_type_size]);
	check_name(fake, class, "app.Session");
	check_name(fake, fake_class(fake, "builtins", "Odd", 32, 0, fake->object, 0), "Odd");
}

static void check_slots(struct fake *fake)
{
	static const struct {
		uint32_t type;
		uint64_t offset;
		bool is_slot;
	} cases[] = {{16, 16, true}, {16, 24, true}, {1, 16, false}, {16, 32, false},
		{16, 17, false}, {16, 8, false}, {16, UINT64_MAX - 7, false}};
	enum { CASES = sizeof(cases) / sizeof(cases[0]) };
	struct type_fields fields;
	addr_t class = fake_class(fake, "app", "Slots", 32, 0, fake->object, CASES), name = 0;
	if (!CHECK(!type_read_fields(&fake->heap.python, class, &fields)))
		return;
	for (unsigned i = 0; i < CASES; i++) {
		uint64_t offset = 0;
		addr_t member = fields.members + i * fake->layout.field[FIELD_member_size];
		fake_set(fake, member, FIELD_member_offset, cases[i].offset);
		fake_set(fake, member, FIELD_member_name, 0x1000 + i);
		uint64_t at = member + fake->layout.field[FIELD_member_type];
		fake_poke(fake, at, cases[i].type | (fake_get(fake, at) >> 32 << 32));
		bool is_slot = type_read_slot(&fake->heap.python, &fields, i, &offset, &name);
		CHECK(is_slot == cases[i].is_slot);
		CHECK(!is_slot || (offset == cases[i].offset && name == 0x1000 + i));
	}
	uint64_t offset;
	CHECK(!type_read_slot(&fake->heap.python, &fields, UINT64_MAX / 40, &offset, &name));
}

static enum status with_field(struct fake *fake, enum layout_field field, uint64_t value)
{
	struct type_fields fields;
	addr_t type = fake_static_type(fake, "hostile", 32, 0, 0, fake->object);
	fake_set(fake, type, field, value);
	return type_read_fields(&fake->heap.python, type, &fields);
}

static void check_hostile(struct fake *fake)
{
	struct type_fields fields;
	CHECK(with_field(fake, FIELD_type_itemsize, 8) == STATUS_OK);
	CHECK(with_field(fake, FIELD_type_name, 0) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_basicsize, 8) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_basicsize, UINT64_MAX) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_itemsize, UINT64_C(1) << 40) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_dictoffset, UINT64_C(1) << 63) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_weaklistoffset, UINT64_C(1) << 62) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_mro, 0) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_type_flags, 0) == STATUS_INVALID);
	CHECK(with_field(fake, FIELD_object_type, fake->dict) == STATUS_INVALID); // no metatype
	CHECK(with_field(fake, FIELD_object_type, 0x1000) == STATUS_UNREADABLE);
	CHECK(type_read_fields(&fake->heap.python, fake->dict + 4, &fields) == STATUS_INVALID);
	CHECK(type_read_fields(&fake->heap.python, 0, &fields) == STATUS_UNREADABLE);
	CHECK(type_read_fields(&fake->heap.python, UINT64_MAX - 7, &fields) == STATUS_UNREADABLE);

	// Metatypes that derive from one another, and never from type.
	addr_t first = fake_static_type(fake, "first", 64, 0, TYPE_FLAG_TYPE, 0);
	addr_t second = fake_static_type(fake, "second", 64, 0, TYPE_FLAG_TYPE, first);
	fake_set(fake, first, FIELD_type_base, second);
	CHECK(with_field(fake, FIELD_object_type, first) == STATUS_INVALID);
}

static void check(struct fake *fake)
{
	check_fields(fake);
	check_slots(fake);
	check_hostile(fake);
}

int main(void)
{
	fake_run_both(0x030b02, NULL, check);
	fake_run_both(0x030d05, NULL, check);
	return test_done();
}
