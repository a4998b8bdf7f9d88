// SPDX-License-Identifier: MIT
#include "layout/linked.h"

#include "../test.h"
#include "base/guard.h"

#include <string.h>

enum { HEADER = 16, LINKS = 16 };

static bool is_of(enum layout_field field, const char *name)
{
	const char *found, *member;
	layout_field_place(field, &found, &member);
	return !strcmp(found, name);
}

// What is moved by the links is in an object: behind its header, or of the header.
static void check_moved(const struct layout *usual, const struct layout *linked)
{
	unsigned moved = 0;
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum layout_field field = (enum layout_field)i;
		uint32_t before = usual->field[i], after = linked->field[i];
		if (before == after || field == FIELD_runtime_size)
			continue;
		moved++;
		test_check(after == before + LINKS && (before >= HEADER || is_of(field, "_object")),
			layout_field_name(field), __FILE__, __LINE__);
	}
	CHECK(moved > FIELD_COUNT / 3);
}

static void check_known(const struct layout *linked)
{
	static const struct {
		enum layout_field field;
		uint32_t offset;
	} known[] = {
		{FIELD_object_refcnt, 16}, {FIELD_object_type, 24}, {FIELD_object_size, 32},
		{FIELD_var_size, 32}, {FIELD_type_name, 40}, {FIELD_type_basicsize, 48},
		{FIELD_list_items, 40}, {FIELD_tuple_items, 40}, {FIELD_dict_keys, 48},
		{FIELD_gc_head_next, 0}, {FIELD_gc_head_size, 16},
		{FIELD_odict_node_key, 0}, {FIELD_array_itemsize, 4},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		test_check(linked->field[known[i].field] == known[i].offset,
			layout_field_name(known[i].field), __FILE__, __LINE__);
}

// One field of each struct that is no object and larger than a header.
static void check_unmoved(const struct layout *usual, const struct layout *linked)
{
	static const enum layout_field fields[] = {
		FIELD_runtime_interpreters_head, FIELD_interp_modules, FIELD_type_state_dict,
		FIELD_thread_interp, FIELD_cframe_current_frame, FIELD_exc_item_previous,
		FIELD_gc_generations, FIELD_gc_generation_size, FIELD_gc_stats_size,
		FIELD_gc_head_size, FIELD_member_offset, FIELD_keys_nentries, FIELD_keys_indices,
		FIELD_values_values, FIELD_set_entry_size, FIELD_code_cached_size,
		FIELD_code_extra_slots, FIELD_code_opcache_entry_size, FIELD_frame_localsplus,
		FIELD_odict_node_next, FIELD_odict_node_size, FIELD_deque_block_right,
		FIELD_deque_block_size, FIELD_array_itemsize, FIELD_element_extra_children,
		FIELD_struct_code_size, FIELD_pool_next_offset,
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		test_check(usual->field[fields[i]] == linked->field[fields[i]],
			layout_field_name(fields[i]), __FILE__, __LINE__);
}

static void test_table(const struct layout *usual)
{
	AUTO(layout_destroyp) struct layout *linked = NULL;
	printf("# %s %s\n", usual->name, usual->variant);
	if (!CHECK(!linked_create(usual, &linked, NULL)))
		return;
	check_moved(usual, linked);
	check_known(linked);
	check_unmoved(usual, linked);
	CHECK_STRING(linked->variant, "trace-refs");
	CHECK_STRING(linked->name, usual->name);
	CHECK(linked->runtime_size == 0 && !layout_has(linked, FIELD_runtime_size));
	for (int i = 0; i < FIELD_COUNT; i++)
		if (!layout_has(usual, (enum layout_field)i) && layout_has(linked, (enum layout_field)i))
			test_check(false, layout_field_name((enum layout_field)i), __FILE__, __LINE__);
}

int main(void)
{
	unsigned count = 0;
	CHECK(linked_is_possible(0x030800));
	CHECK(linked_is_possible(0x030cff));
	CHECK(!linked_is_possible(0x030d00));
	for (const struct layout *const *table = layout_tables(); *table; table++)
		if (linked_is_possible((*table)->first_version)) {
			test_table(*table);
			count++;
		}
	CHECK(count >= 5);
	return test_done();
}
