// SPDX-License-Identifier: MIT
#include "heap/unreached.h"

#include "../test.h"
#include "walked.h"

#include <endian.h>

enum { POOL = 4096, HEADER = 48, BLOCK = 64, LARGE = 96, BLOCKS = 20, DEBUG_BLOCK = 16 };

struct program {
	struct fake fake;
	addr_t pool, large;
	struct census *census;
};

static void put_u32(struct fake *fake, addr_t pool, enum layout_field field, uint32_t value)
{
	memcpy(image_destination(fake->image, pool + fake->layout.field[field]), &value,
		sizeof(value));
}

// A pool of blocks of size bytes of which the first one is free.
static addr_t put_pool(struct fake *fake, uint32_t size)
{
	addr_t pool = (fake->next + POOL - 1) & ~(addr_t)(POOL - 1);
	fake->next = pool + POOL;
	put_u32(fake, pool, FIELD_pool_used, BLOCKS - 1);
	put_u32(fake, pool, FIELD_pool_size_index, size / 16 - 1);
	put_u32(fake, pool, FIELD_pool_next_offset, HEADER + BLOCKS * size);
	put_u32(fake, pool, FIELD_pool_max_next_offset, POOL - size);
	fake_set(fake, pool, FIELD_pool_free_block, pool + HEADER);
	return pool;
}

// An object that begins offset bytes behind the start of a block.
static addr_t put_object(struct fake *fake, addr_t pool, uint32_t size, unsigned block,
	uint32_t offset, addr_t type)
{
	addr_t object = pool + HEADER + block * size + offset;
	fake_set(fake, object, FIELD_object_refcnt, 1);
	fake_set(fake, object, FIELD_object_type, type);
	return object;
}

static void put_debug_header(struct fake *fake, addr_t pool, uint32_t size, unsigned block)
{
	static const uint8_t header[DEBUG_BLOCK] = {
		0, 0, 0, 0, 0, 0, 0, 24, 'o', 0xfd, 0xfd, 0xfd, 0xfd, 0xfd, 0xfd, 0xfd};
	memcpy(image_destination(fake->image, pool + HEADER + block * size), header,
		sizeof(header));
}

static void set_up(struct program *program)
{
	fake_init(&program->fake, 0x030b02);
	program->fake.layout.pool_size = POOL;
	program->pool = put_pool(&program->fake, BLOCK);
	program->large = put_pool(&program->fake, LARGE);
	program->census = NULL;
}

static void walk_all(struct program *program)
{
	struct walked walked =
		walked_begin(&program->fake.heap, &program->fake.interpreter, 1);
	walked_finish(&walked, 1000);
	program->census = walked_census(&walked);
	walked_destroy(&walked);
}

static void tear_down(struct program *program)
{
	census_destroy(program->census);
	fake_deinit(&program->fake);
}

// The count of blocks with objects of a type, 0 where there is no such row.
static uint64_t count_of(const struct program *program, const char *type, uint32_t size)
{
	const struct census *census = program->census;
	for (size_t i = 0; i < census->unreached_count; i++) {
		const struct census_unreached *row = &census->unreached[i];
		if (row->block_size != size || strcmp(row->type, type) != 0)
			continue;
		CHECK(row->bytes == row->count * size);
		return row->count;
	}
	return 0;
}

static void test_offsets(void)
{
	struct program program;
	set_up(&program);
	struct fake *fake = &program.fake;
	addr_t class = fake_static_type(
		fake, "m.C", 16, 0, TYPE_FLAG_GC | TYPE_FLAG_MANAGED_DICT, fake->object);
	put_object(fake, program.pool, BLOCK, 1, 0, fake->str);
	put_object(fake, program.pool, BLOCK, 2, 0, fake->str);
	put_object(fake, program.pool, BLOCK, 3, 16, fake->list);
	put_object(fake, program.pool, BLOCK, 4, 32, class);
	put_object(fake, program.large, LARGE, 1, 0, fake->str);
	// With the words of the debug allocator in front.
	put_debug_header(fake, program.large, LARGE, 2);
	put_object(fake, program.large, LARGE, 2, 16, fake->str);
	put_debug_header(fake, program.large, LARGE, 3);
	put_object(fake, program.large, LARGE, 3, 48, class);
	walk_all(&program);
	CHECK(count_of(&program, "str", BLOCK) == 2);
	CHECK(count_of(&program, "list", BLOCK) == 1);
	CHECK(count_of(&program, "m.C", BLOCK) == 1);
	CHECK(count_of(&program, "str", LARGE) == 2);
	CHECK(count_of(&program, "m.C", LARGE) == 1);
	const struct census_totals *totals = &program.census->totals;
	CHECK(totals->has_blocks);
	CHECK(totals->blocks == 2 * (BLOCKS - 1));
	CHECK(totals->unreached_blocks == 7);
	CHECK(totals->unreached_bytes == 4 * BLOCK + 3 * LARGE);
	CHECK(totals->other_blocks == totals->blocks - 7);
	CHECK(totals->other_bytes == (uint64_t)15 * BLOCK + 16 * LARGE);
	// Most bytes first.
	CHECK(!strcmp(program.census->unreached[0].type, "str"));
	CHECK(program.census->unreached[0].block_size == LARGE);
	tear_down(&program);
}

// Nothing of this is a live object that was not met.
static void test_others(void)
{
	struct program program;
	set_up(&program);
	struct fake *fake = &program.fake;
	put_object(fake, program.pool, BLOCK, 1, 16, fake->str);  // its type puts nothing in front
	put_object(fake, program.pool, BLOCK, 2, 0, fake->list);  // lacks what its type puts there
	put_object(fake, program.pool, BLOCK, 3, 16, fake->str + 8); // no type
	addr_t parked = put_object(fake, program.pool, BLOCK, 4, 16, fake->list);
	fake_set(fake, parked, FIELD_object_refcnt, 0);
	parked = put_object(fake, program.pool, BLOCK, 5, 0, fake->str);
	fake_set(fake, parked, FIELD_object_refcnt, program.pool + HEADER); // a link
	addr_t tracked = put_object(fake, program.pool, BLOCK, 6, 16, fake->list);
	fake_poke(fake, tracked - 16, program.pool); // in a list, it says, but no list has it
	put_object(fake, program.pool, BLOCK, 7, 16, fake->str); // no debug header in front
	// The free block looks like an object, but for its link.
	fake_set(fake, program.pool + HEADER, FIELD_object_type, fake->str);
	walk_all(&program);
	CHECK(program.census->totals.unreached_blocks == 0);
	CHECK(program.census->unreached_count == 0);
	CHECK(program.census->totals.other_blocks == 2 * (BLOCKS - 1));
	tear_down(&program);
}

static void test_met(void)
{
	struct program program;
	set_up(&program);
	struct fake *fake = &program.fake;
	addr_t items[] = {
		put_object(fake, program.pool, BLOCK, 1, 0, fake->str),
		put_object(fake, program.pool, BLOCK, 2, 16, fake->list),
	};
	addr_t list = fake_list(fake, items, 2);
	fake_track(fake, list);
	walk_all(&program);
	CHECK(program.census->totals.unreached_blocks == 0);
	CHECK(program.census->totals.other_blocks == 2 * (BLOCKS - 1) - 2);
	tear_down(&program);
}

// A static variable that no layout names: here in the state of the interpreter.
static void test_state(void)
{
	struct program program;
	set_up(&program);
	struct fake *fake = &program.fake;
	addr_t held = put_object(fake, program.pool, BLOCK, 1, 0, fake->str);
	addr_t freed = put_object(fake, program.pool, BLOCK, 2, 0, fake->str);
	fake_set(fake, freed, FIELD_object_refcnt, 0);
	addr_t end = fake->interpreter.address + fake->layout.field[FIELD_interp_size];
	fake_poke(fake, end - 8, held);
	fake_poke(fake, end - 16, freed);
	fake_poke(fake, end - 24, held + 8);
	fake_poke(fake, end - 32, 8);
	walk_all(&program);
	CHECK(program.census->totals.unreached_blocks == 0);
	for (size_t i = 0; i < program.census->type_count; i++)
		if (!strcmp(program.census->types[i].name, "str"))
			CHECK(program.census->types[i].count == 1);
	CHECK(program.census->totals.other_blocks == 2 * (BLOCKS - 1) - 1);
	tear_down(&program);
}

// The size of the state is not known, but the allocator's words in front of it are.
static void check_state_size(uint64_t first, uint64_t second, unsigned expected)
{
	enum { STATE = 4096 };
	struct program program;
	set_up(&program);
	struct fake *fake = &program.fake;
	addr_t state = fake_allocate(fake, 16 + STATE + 16) + 16;
	fake->interpreter.address = state;
	fake->layout.field[FIELD_interp_size] = LAYOUT_ABSENT;
	fake_poke(fake, state - 16, first);
	fake_poke(fake, state - 8, second);
	fake_poke(fake, state + STATE - 8, put_object(fake, program.pool, BLOCK, 1, 0, fake->str));
	fake_poke(fake, state + STATE, put_object(fake, program.pool, BLOCK, 2, 0, fake->str));
	walk_all(&program);
	CHECK(program.census->totals.unreached_blocks == expected);
	tear_down(&program);
}

static void test_state_size(void)
{
	check_state_size(0, 4096 + 8 + 5, 1); // with two of the flags
	check_state_size(0, 4096 + 16, 0);
	check_state_size(0, 0, 2);
	check_state_size(0, 16, 2);
	check_state_size(0, UINT64_MAX, 2);
	// Of the debugging allocator: the size in network order, and its mark.
	const uint64_t mark = UINT64_C(0xfdfdfdfdfdfdfd72);
	check_state_size(htobe64(4096), mark, 1);
	check_state_size(htobe64(4104), mark, 0);
	check_state_size(htobe64(4104), mark + (1 << 8), 2);
	check_state_size(4104, mark, 2);
	check_state_size(0, mark, 2);
}

// Without pools nothing is known of blocks.
static void test_no_pools(void)
{
	struct program program;
	set_up(&program);
	program.fake.layout.field[FIELD_pool_used] = LAYOUT_ABSENT;
	put_object(&program.fake, program.pool, BLOCK, 1, 0, program.fake.str);
	walk_all(&program);
	CHECK(!program.census->totals.has_blocks);
	CHECK(program.census->unreached_count == 0);
	tear_down(&program);
}

int main(void)
{
	test_offsets();
	test_others();
	test_met();
	test_state();
	test_state_size();
	test_no_pools();
	return test_done();
}
