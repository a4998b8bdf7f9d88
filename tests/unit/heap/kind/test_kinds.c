// SPDX-License-Identifier: MIT
// Kinds of objects in literal bytes: which references they own, which not, and broken objects by
// name.
#include "heap/kind/kind.h"

#include "../../test.h"
#include "../fake_heap.h"
#include "../references.h"

static uint64_t size_of(struct fake *fake, addr_t address)
{
	struct object object;
	uint64_t size = 0;
	if (!object_read(&fake->heap, address, &object) ||
		object_size(&fake->heap, &object, &size) != STATUS_OK)
		return UINT64_MAX;
	return size;
}

static enum status length_of(struct fake *fake, addr_t address, uint64_t *ret)
{
	struct object object;
	if (!object_read(&fake->heap, address, &object) || !object.type->kind->length)
		return STATUS_NOT_FOUND;
	return object.type->kind->length(&fake->heap, &object, ret);
}

static const char *kind_of(struct fake *fake, addr_t type)
{
	const struct type *found = types_get(&fake->heap, type);
	return found ? found->kind->name : "no type";
}

static void check_list(struct fake *fake)
{
	struct references found;
	uint64_t length;
	addr_t items[] = {fake_str(fake, "a"), 0, fake_str(fake, "b")};
	addr_t list = fake_list(fake, items, 3);
	CHECK(references_read(&fake->heap, list, &found) == STATUS_OK);
	CHECK(found.count == 3); // two items and the type; NULL is none
	CHECK(references_have(&found, items[0], EDGE_INDEX, 0));
	CHECK(references_have(&found, items[2], EDGE_INDEX, 2));
	CHECK(references_have(&found, fake->list, EDGE_TYPE, 0));
	CHECK(size_of(fake, list) == 40 + 3 * 8 + 16);
	CHECK(length_of(fake, list, &length) == STATUS_OK && length == 3);

	fake_set(fake, list, FIELD_var_size, 4); // more than allocated
	CHECK(references_read(&fake->heap, list, &found) == STATUS_INVALID && found.count == 1);
	fake_set(fake, list, FIELD_var_size, (uint64_t)-1);
	CHECK(references_read(&fake->heap, list, &found) == STATUS_INVALID && found.count == 1);
	CHECK(length_of(fake, list, &length) == STATUS_INVALID);
	fake_set(fake, list, FIELD_var_size, UINT64_C(1) << 61);
	fake_set(fake, list, FIELD_list_allocated, UINT64_C(1) << 61); // times 8 is 0
	CHECK(references_read(&fake->heap, list, &found) == STATUS_INVALID && found.count == 1);
	CHECK(size_of(fake, list) == UINT64_MAX);
	fake_set(fake, list, FIELD_var_size, 3);
	fake_set(fake, list, FIELD_list_items, FAKE_START + FAKE_SIZE - 16); // one item too many
	CHECK(references_read(&fake->heap, list, &found) == STATUS_UNREADABLE && found.count == 1);

	fake_set(fake, list, FIELD_var_size, 0); // while it is being sorted
	fake_set(fake, list, FIELD_list_items, 0);
	fake_set(fake, list, FIELD_list_allocated, (uint64_t)-1);
	CHECK(references_read(&fake->heap, list, &found) == STATUS_OK && found.count == 1);
	CHECK(size_of(fake, list) == 40 + 16 - 8); // as sys.getsizeof() has it
}

static void check_set(struct fake *fake)
{
	struct references found;
	const struct layout *layout = &fake->layout;
	addr_t type = fake_static_type(fake, "set", 200, 0, TYPE_FLAG_GC, fake->object);
	fake->runtime.well_known[WELL_KNOWN_set] = type;
	addr_t set = fake_object(fake, type, 200);
	addr_t table = set + layout->field[FIELD_set_small_table];
	addr_t member = fake_str(fake, "member"), dummy = fake_str(fake, "dummy");
	fake_set(fake, set, FIELD_set_mask, 7);
	fake_set(fake, set, FIELD_set_table, table);
	fake_poke(fake, table + 16, dummy); // deleted: hash -1
	fake_poke(fake, table + 24, (uint64_t)-1);
	fake_poke(fake, table + 48, member);
	fake_poke(fake, table + 56, 1234);
	CHECK(references_read(&fake->heap, set, &found) == STATUS_OK && found.count == 2);
	CHECK(references_have(&found, member, EDGE_ELEMENT, 0));
	CHECK(size_of(fake, set) == 200 + 16);
	fake_set(fake, set, FIELD_set_table, fake_allocate(fake, 8 * 16));
	CHECK(size_of(fake, set) == 200 + 16 + 8 * 16);
	fake_set(fake, set, FIELD_set_mask, 6); // no power of 2 less one
	CHECK(references_read(&fake->heap, set, &found) == STATUS_INVALID);
	fake_set(fake, set, FIELD_set_mask, UINT64_MAX);
	CHECK(references_read(&fake->heap, set, &found) == STATUS_INVALID);
	fake_set(fake, set, FIELD_set_mask, (UINT64_C(1) << 40) - 1);
	CHECK(references_read(&fake->heap, set, &found) == STATUS_UNREADABLE);
}

static void check_deque(struct fake *fake)
{
	struct references found;
	const struct layout *layout = &fake->layout;
	uint32_t size = layout->field[FIELD_deque_size];
	addr_t type = fake_static_type(
		fake, "collections.deque", size, 0, TYPE_FLAG_GC, fake->object);
	addr_t deque = fake_object(fake, type, size);
	addr_t first = fake_allocate(fake, layout->field[FIELD_deque_block_size]);
	addr_t second = fake_allocate(fake, layout->field[FIELD_deque_block_size]);
	addr_t item = fake_str(fake, "item");
	fake_poke(fake, first + layout->field[FIELD_deque_block_data] + 8 * 63, item);
	fake_poke(fake, second + layout->field[FIELD_deque_block_data], item);
	fake_set(fake, first, FIELD_deque_block_right, second);
	fake_set(fake, deque, FIELD_deque_left_block, first);
	fake_set(fake, deque, FIELD_deque_left_index, 63);
	fake_set(fake, deque, FIELD_var_size, 2);
	CHECK_STRING(kind_of(fake, type), "deque");
	CHECK(references_read(&fake->heap, deque, &found) == STATUS_OK && found.count == 3);
	CHECK(references_have(&found, item, EDGE_INDEX, 0));
	CHECK(references_have(&found, item, EDGE_INDEX, 1));
	CHECK(size_of(fake, deque) == size + 16 + 2 * 528);

	fake_set(fake, second, FIELD_deque_block_right, first); // a circle, and no end of items
	fake_set(fake, deque, FIELD_var_size, UINT64_C(1) << 46);
	CHECK(references_read(&fake->heap, deque, &found) == STATUS_INVALID);
	CHECK(found.count < 1000);
	fake_set(fake, deque, FIELD_deque_left_index, 65);
	CHECK(references_read(&fake->heap, deque, &found) == STATUS_INVALID && found.count == 1);
}

static void check_odict_circle(struct fake *fake)
{
	struct references found;
	uint32_t size = fake->layout.field[FIELD_odict_size];
	addr_t type = fake_static_type(
		fake, "collections.OrderedDict", size, 0, TYPE_FLAG_GC, fake->dict);
	addr_t key = fake_str(fake, "key"), value = fake_str(fake, "value");
	addr_t plain = fake_dict(fake, &key, &value, 1), odict = fake_object(fake, type, size);
	fake_set(fake, odict, FIELD_dict_used, 1);
	fake_set(fake, odict, FIELD_dict_keys,
		fake_get(fake, plain + fake->layout.field[FIELD_dict_keys]));
	addr_t node = fake_allocate(fake, fake->layout.field[FIELD_odict_node_size]);
	fake_set(fake, node, FIELD_odict_node_key, key);
	fake_set(fake, odict, FIELD_odict_first, node);
	CHECK(references_read(&fake->heap, odict, &found) == STATUS_OK);
	CHECK(found.count == 4); // key, value, the key again by its node, the type
	fake_set(fake, node, FIELD_odict_node_next, node);
	CHECK(references_read(&fake->heap, odict, &found) == STATUS_INVALID && found.count < 100);
}

static void check_int(struct fake *fake)
{
	addr_t type = fake_static_type(fake, "int", 24, 4, TYPE_FLAG_INT, fake->object);
	fake->runtime.well_known[WELL_KNOWN_int] = type;
	addr_t number = fake_object(fake, type, 32);
	bool has_tag = layout_has(&fake->layout, FIELD_int_tag);
	addr_t word = number + fake->layout.field[has_tag ? FIELD_int_tag : FIELD_var_size];
	uint64_t empty = fake->layout.traits.int_size_counts_one_digit ? 28 : 24;
	fake_poke(fake, word, has_tag ? 1 : 0);
	CHECK(size_of(fake, number) == empty);
	fake_poke(fake, word, has_tag ? 3 << 3 | 2 : (uint64_t)-3); // three digits, negative
	CHECK(size_of(fake, number) == 24 + 12);
	fake_poke(fake, word, UINT64_C(1) << 62);
	CHECK(size_of(fake, number) == UINT64_MAX);
}

static void check_str(struct fake *fake)
{
	uint64_t length;
	addr_t ascii = fake_str(fake, "four");
	CHECK(size_of(fake, ascii) == fake->layout.field[FIELD_str_ascii_size] + 5u);
	CHECK(length_of(fake, ascii, &length) == STATUS_OK && length == 4);
	addr_t wide = fake_object(fake, fake->str, 100);
	fake_set(fake, wide, FIELD_str_length, 4);
	fake_set(fake, wide, FIELD_str_state, 2 << 2 | 1 << 5); // two bytes a character
	uint64_t size = fake->layout.field[FIELD_str_compact_size] + 5u * 2;
	CHECK(size_of(fake, wide) == size);
	fake_set(fake, wide, FIELD_str_utf8, 0x1000); // and its UTF-8
	fake_set(fake, wide, FIELD_str_utf8_length, 12);
	CHECK(size_of(fake, wide) == size + 13);
	fake_set(fake, wide, FIELD_str_length, UINT64_MAX);
	CHECK(size_of(fake, wide) == UINT64_MAX);
	CHECK(length_of(fake, wide, &length) == STATUS_INVALID);
}

static void check_slots(struct fake *fake)
{
	struct references found;
	addr_t class = fake_class(fake, "app", "Slots", 24, 0, fake->object, 1);
	addr_t member = class + fake->layout.field[FIELD_heap_type_size];
	addr_t name = fake_c_string(fake, "first"), value = fake_str(fake, "value");
	fake_set(fake, class, FIELD_type_members, member);
	fake_set(fake, member, FIELD_member_name, name);
	fake_set(fake, member, FIELD_member_type, 16);
	fake_set(fake, member, FIELD_member_offset, 16);
	addr_t object = fake_object(fake, class, 24);
	fake_poke(fake, object + 16, value);
	CHECK(references_read(&fake->heap, object, &found) == STATUS_OK && found.count == 2);
	CHECK(references_have(&found, value, EDGE_SLOT, name));
	CHECK(references_have(&found, class, EDGE_TYPE, 0));
}

// A weak reference does not own its object, a generator has no origin, a scan takes no freed block.
static void check_not_owned(struct fake *fake)
{
	struct references found;
	addr_t object = fake_str(fake, "object"), callback = fake_str(fake, "callback");
	addr_t type = fake_static_type(
		fake, "weakref", 80, 0, TYPE_FLAG_GC, fake->object);
	fake->runtime.well_known[WELL_KNOWN_weakref] = type;
	addr_t weakref = fake_object(fake, type, 80);
	fake_set(fake, weakref, FIELD_weakref_callback, callback);
	// wr_object
	fake_poke(fake, weakref + fake->layout.field[FIELD_weakref_callback] - 8, object);
	CHECK(references_read(&fake->heap, weakref, &found) == STATUS_OK && found.count == 2);
	CHECK(references_have_field(&found, callback, "__callback__"));

	addr_t unknown = fake_static_type(fake, "lib.Unknown", 48, 0, 0, fake->object);
	addr_t opaque = fake_object(fake, unknown, 48);
	addr_t freed = fake_str(fake, "freed"), linked = fake_str(fake, "linked");
	fake_set(fake, freed, FIELD_object_refcnt, 0);
	fake_set(fake, linked, FIELD_object_refcnt, freed); // a link of the allocator
	fake_poke(fake, opaque + 16, object);
	fake_poke(fake, opaque + 24, freed);
	fake_poke(fake, opaque + 32, linked);
	fake_poke(fake, opaque + 40, object + 1);
	CHECK_STRING(kind_of(fake, unknown), "opaque");
	CHECK(references_read(&fake->heap, opaque, &found) == STATUS_OK && found.count == 2);
	CHECK(references_have(&found, object, EDGE_OPAQUE, 16));
}

// Only the slots that were read in are references; there are no more than the struct has.
static void check_tee(struct fake *fake)
{
	struct references found;
	uint32_t size = fake->layout.field[FIELD_tee_data_size];
	addr_t type = fake_static_type(
		fake, "itertools._tee_dataobject", size, 0, TYPE_FLAG_GC, fake->object);
	addr_t tee = fake_object(fake, type, size + 64), value = fake_str(fake, "value");
	addr_t values = tee + fake->layout.field[FIELD_tee_data_values];
	fake_poke(fake, values, value);
	fake_poke(fake, values + 8, value); // stale
	fake_set(fake, tee, FIELD_tee_data_count, 1);
	CHECK(references_read(&fake->heap, tee, &found) == STATUS_OK && found.count == 2);
	CHECK(references_have(&found, value, EDGE_INDEX, 0));
	fake_set(fake, tee, FIELD_tee_data_count, 58);
	CHECK(references_read(&fake->heap, tee, &found) == STATUS_INVALID && found.count == 1);
}

// A name alone does not make a kind: the struct has to be of the size that the layout knows.
static void check_wrong_size(struct fake *fake)
{
	addr_t type = fake_static_type(
		fake, "collections.deque", 1000, 0, TYPE_FLAG_GC, fake->object);
	CHECK_STRING(kind_of(fake, type), "opaque");
	addr_t class = fake_class(fake, "app", "functools.partial", 16, 0, fake->object, 0);
	CHECK_STRING(kind_of(fake, class), "instance");
}

// A static type ends before the struct that heap types have.
static void check_type_at_the_end(struct fake *fake)
{
	struct references found;
	addr_t end = FAKE_START + FAKE_SIZE;
	addr_t type = (end - fake->layout.field[FIELD_type_size]) & ~UINT64_C(7);
	fake_fill_type(fake, type, "last", 16, 0, 0, fake->object);
	CHECK(references_read(&fake->heap, type, &found) == STATUS_OK);
	CHECK(references_have_field(&found, fake->object, "__base__"));
	CHECK(size_of(fake, type) != UINT64_MAX);
}

int main(void)
{
	static const uint32_t versions[] = {0x030b02, 0x030d05};
	for (unsigned i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct fake fake;
		fake_init(&fake, versions[i]);
		check_list(&fake);
		check_set(&fake);
		check_deque(&fake);
		check_odict_circle(&fake);
		check_int(&fake);
		check_str(&fake);
		check_slots(&fake);
		check_not_owned(&fake);
		check_tee(&fake);
		check_wrong_size(&fake);
		check_type_at_the_end(&fake);
		fake_deinit(&fake);
	}
	return test_done();
}
