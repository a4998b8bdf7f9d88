// SPDX-License-Identifier: MIT
#include "heap/type.h"

#include "../test.h"
#include "fake_heap.h"

static void add_slot(struct fake *fake, addr_t class, unsigned index, const char *name, int type,
	uint64_t offset)
{
	addr_t member = class + fake->layout.field[FIELD_heap_type_size] +
			index * fake->layout.field[FIELD_member_size];
	fake_set(fake, member, FIELD_member_name, fake_c_string(fake, name));
	fake_set(fake, member, FIELD_member_type, (uint64_t)type);
	fake_set(fake, member, FIELD_member_offset, offset);
}

static void check_names(struct fake *fake)
{
	const struct heap *heap = &fake->heap;
	CHECK_STRING(types_get(heap, fake->dict)->name, "dict");
	CHECK_STRING(types_get(heap, fake->type)->name, "type");
	addr_t session = fake_class(fake, "__main__", "Session", 16, 0, fake->object, 0);
	CHECK_STRING(types_get(heap, session)->name, "__main__.Session");
	addr_t builtin = fake_class(fake, "builtins", "Thing", 16, 0, fake->object, 0);
	CHECK_STRING(types_get(heap, builtin)->name, "Thing");
	addr_t deque = fake_static_type(fake, "collections.deque", 200, 0, 0, fake->object);
	CHECK_STRING(types_get(heap, deque)->name, "collections.deque");
	addr_t range = fake_static_type(fake, "builtins.thing", 48, 0, 0, fake->object);
	CHECK_STRING(types_get(heap, range)->name, "thing");
	addr_t evil = fake_class(fake, "\x1b[2J", "a\nb", 16, 0, fake->object, 0);
	CHECK_STRING(types_get(heap, evil)->name, "\\x1b[2J.a\\x0ab");

	// A __module__ that is no str is left out.
	addr_t odd = fake_class(fake, "m", "Odd", 16, 0, fake->object, 0);
	addr_t key = fake_str(fake, "__module__"), value = fake_list(fake, NULL, 0);
	fake_set(fake, odd, FIELD_type_dict, fake_dict(fake, &key, &value, 1));
	CHECK_STRING(types_get(heap, odd)->name, "Odd");
}

static void check_refused(struct fake *fake)
{
	const struct heap *heap = &fake->heap;
	CHECK(!types_get(heap, 0));
	CHECK(!types_get(heap, UINT64_MAX));
	CHECK(!types_get(heap, fake->dict + 4));
	CHECK(!types_get(heap, fake_list(fake, NULL, 0)));

	static const struct {
		enum layout_field field;
		uint64_t value;
	} cases[] = {
		{FIELD_object_type, 0},
		{FIELD_type_flags, 0},
		{FIELD_type_mro, 0},
		{FIELD_type_name, 0},
		{FIELD_type_name, UINT64_MAX},
		{FIELD_type_basicsize, 8},
		{FIELD_type_basicsize, 1 << 20},
		{FIELD_type_basicsize, UINT64_MAX},
		{FIELD_type_itemsize, UINT64_MAX},
		{FIELD_type_dictoffset, 1 << 20},
		{FIELD_type_weaklistoffset, UINT64_C(1) << 63},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		addr_t type = fake_static_type(fake, "broken", 32, 0, 0, fake->object);
		fake_set(fake, type, cases[i].field, cases[i].value);
		CHECK(!types_get(heap, type));
		CHECK(!types_get(heap, type));
	}
	// A class that is its own type counts where it derives from type.
	addr_t sentinel = fake_class(fake, "m", "S", fake->layout.field[FIELD_heap_type_size],
		TYPE_FLAG_TYPE, fake->type, 0);
	fake_set(fake, sentinel, FIELD_object_type, sentinel);
	CHECK(types_get(heap, sentinel) && types_get(heap, sentinel)->is_metatype);
	addr_t circle = fake_static_type(fake, "circle", 32, 0, TYPE_FLAG_TYPE, fake->object);
	fake_set(fake, circle, FIELD_object_type, circle);
	CHECK(!types_get(heap, circle));
	// A static type that nobody made ready counts only with what a definition has.
	addr_t unready = fake_static_type(fake, "x.Unready", 32, 0, 0, 0);
	fake_set(fake, unready, FIELD_type_mro, 0);
	fake_set(fake, unready, FIELD_type_dealloc, 0x400000);
	fake_set(fake, unready, FIELD_type_flags, 1 << 18);
	CHECK(types_get(heap, unready));
	addr_t nothing = fake_static_type(fake, "x.Nothing", 32, 0, 0, 0);
	fake_set(fake, nothing, FIELD_type_mro, 0);
	fake_set(fake, nothing, FIELD_type_flags, 1 << 18);
	CHECK(!types_get(heap, nothing));
	// A chain of bases without an end is cut, not followed for ever.
	addr_t ring = fake_class(fake, "m", "Ring", 16, 0, fake->object, 0);
	fake_set(fake, ring, FIELD_type_base, ring);
	CHECK(types_get(heap, ring) && types_get(heap, ring)->kind == &kind_opaque);
	CHECK(!types_ran_out_of_memory(heap->types));
}

static void check_kinds(struct fake *fake)
{
	const struct heap *heap = &fake->heap;
	const struct type *dict = types_get(heap, fake->dict);
	addr_t derived = fake_class(fake, "m", "D", fake->layout.field[FIELD_dict_size] + 16,
		TYPE_FLAG_DICT, fake->dict, 0);
	CHECK_STRING(dict->kind->name, "dict");
	CHECK(types_get(heap, derived)->kind == dict->kind);
	CHECK(types_get(heap, derived)->base_size == dict->basicsize);
	CHECK(types_get(heap, derived)->c_size == dict->basicsize);

	addr_t plain = fake_class(fake, "m", "P", 32, 0, fake->object, 0);
	CHECK(types_get(heap, plain)->kind == &kind_instance);
	CHECK(types_get(heap, plain)->base_size == 16);

	// What C code adds to object is not known; what it adds to a dict is, up to the dict's end.
	addr_t native = fake_static_type(fake, "x.Native", 64, 0, 0, fake->object);
	addr_t child = fake_class(fake, "m", "Child", 80, 0, native, 0);
	CHECK(types_get(heap, native)->kind == &kind_opaque);
	CHECK(types_get(heap, child)->kind == &kind_opaque);
	CHECK(types_get(heap, child)->base_size == 64 && types_get(heap, child)->c_size == 64);
	addr_t more = fake_static_type(fake, "x.More", dict->basicsize + 8, 0, 0, fake->dict);
	CHECK(types_get(heap, more)->kind == dict->kind);
	CHECK(types_get(heap, more)->base_size == dict->basicsize);
	CHECK(types_get(heap, more)->c_size == dict->basicsize + 8);

	// A class named like a C type is not one.
	uint64_t size = fake->layout.field[FIELD_deque_size];
	addr_t deque = fake_static_type(fake, "collections.deque", size, 0, 0, fake->object);
	addr_t fraud = fake_class(fake, "m", "collections.deque", size, 0, fake->object, 0);
	CHECK_STRING(types_get(heap, deque)->kind->name, "deque");
	CHECK(types_get(heap, fraud)->kind == &kind_instance);
}

static void check_slots(struct fake *fake)
{
	addr_t base = fake_class(fake, "m", "Base", 24, 0, fake->object, 1);
	add_slot(fake, base, 0, "x", 16, 16);
	addr_t class = fake_class(fake, "m", "Sub", 40, 0, base, 4);
	add_slot(fake, class, 0, "y", 16, 24);
	add_slot(fake, class, 1, "number", 1, 32); // not an object
	add_slot(fake, class, 2, "outside", 16, 40);
	add_slot(fake, class, 3, "odd", 16, 33);
	const struct type *type = types_get(&fake->heap, class);
	CHECK(type->slot_count == 2);
	CHECK(type->slots[0].offset == 24 && type->slots[1].offset == 16);
	char *name = NULL;
	CHECK(memory_c_string(&fake->heap.python.memory, type->slots[0].name, 100, &name) == STATUS_OK);
	CHECK_STRING(name, "y");
	free(name);

	addr_t many = fake_class(fake, "m", "Many", 24, 0, fake->object, 0);
	fake_set(fake, many, FIELD_var_size, UINT64_C(1) << 62);
	CHECK(types_get(&fake->heap, many)->slot_count == 0);
}

static void check_sizes(struct fake *fake)
{
	const struct heap *heap = &fake->heap;
	uint64_t size = 0;
	struct object object;
	addr_t managed =
		fake_class(fake, "m", "Managed", 16, TYPE_FLAG_MANAGED_DICT, fake->object, 0);
	addr_t instance = fake_object(fake, managed, 16);
	CHECK(object_read(heap, instance, &object));
	CHECK(object_size(heap, &object, &size) == STATUS_OK && size == 16 + 32);
	CHECK(!object_is_tracked(heap, &object));
	fake_track(fake, instance);
	CHECK(object_is_tracked(heap, &object));

	// Static types have no PyGC_Head, whatever lies in front of them.
	CHECK(object_read(heap, fake->dict, &object));
	fake_poke(fake, fake->dict - 16, 0x1234);
	CHECK(!object_is_tracked(heap, &object));
	bool counts = heap->layout->traits.counts_preheader_of_static_types;
	CHECK(object_size(heap, &object, &size) == STATUS_OK);
	CHECK(size == fake->layout.field[FIELD_type_size] + (counts ? 16 : 0));

	addr_t sequence = fake_static_type(fake, "x.Sequence", 24, 8, 0, fake->object);
	addr_t items = fake_object(fake, sequence, 24 + 3 * 8);
	fake_set(fake, items, FIELD_var_size, 3);
	CHECK(object_read(heap, items, &object));
	CHECK(object_size(heap, &object, &size) == STATUS_OK && size == 24 + 3 * 8);
	fake_set(fake, items, FIELD_var_size, UINT64_MAX);
	CHECK(object_size(heap, &object, &size) == STATUS_INVALID);
}

// More types than any cache has room for: each is read once and keeps its number.
static void check_many(struct fake *fake)
{
	enum { COUNT = 1100 };
	size_t before = types_count(fake->heap.types);
	addr_t first = 0;
	for (unsigned i = 0; i < COUNT; i++) {
		addr_t type = fake_static_type(fake, "x.T", 16, 0, 0, fake->object);
		first = first ? first : type;
		const struct type *read = types_get(&fake->heap, type);
		if (!read || read->id != before + i ||
			types_by_id(fake->heap.types, read->id) != read)
			fake_die("a type was lost");
	}
	CHECK(types_count(fake->heap.types) == before + COUNT);
	CHECK(types_get(&fake->heap, first)->id == before);
	CHECK(types_count(fake->heap.types) == before + COUNT);
}

static void check_version(uint32_t version)
{
	struct fake fake;
	fake_init(&fake, version);
	check_names(&fake);
	check_refused(&fake);
	check_kinds(&fake);
	check_slots(&fake);
	check_sizes(&fake);
	check_many(&fake);
	fake_deinit(&fake);
}

int main(void)
{
	check_version(0x030b02);
	check_version(0x030d05);
	return test_done();
}
