// SPDX-License-Identifier: MIT
#include "heap/interpreter_map.h"

#include "../test.h"

static const addr_t HEAP = 0x7f1200000000;

static void check_owner(const struct interpreter_map *owners, addr_t address, size_t expected)
{
	size_t owner = 4711;
	CHECK(interpreter_map_get(owners, address, &owner));
	CHECK(owner == expected);
}

// Each object has its own interpreter, however they lie among one another.
static void check_many(size_t interpreters, unsigned planes)
{
	struct interpreter_map map;
	if (!CHECK(!interpreter_map_init(&map, interpreters)))
		return;
	CHECK(map.plane_count == planes);
	size_t owner = 4711;
	CHECK(!interpreter_map_get(&map, HEAP, &owner) && owner == 4711);
	for (size_t i = 0; i < interpreters; i++)
		CHECK(!interpreter_map_set(&map, HEAP + 32 * i, i));
	for (size_t i = 0; i < interpreters; i++) {
		check_owner(&map, HEAP + 32 * i, i);
		CHECK(!interpreter_map_get(&map, HEAP + 32 * i + 16, &owner));
	}
	interpreter_map_deinit(&map);
}

// A torn list may lead to another interpreter's objects: the first one keeps them.
static void check_first_wins(void)
{
	struct interpreter_map map;
	if (!CHECK(!interpreter_map_init(&map, 3)))
		return;
	CHECK(!interpreter_map_set(&map, HEAP, 1));
	CHECK(!interpreter_map_set(&map, HEAP, 2));
	CHECK(!interpreter_map_set(&map, HEAP, 0));
	check_owner(&map, HEAP, 1);
	// Beyond what an address may be, and in chunks of their own.
	size_t owner;
	CHECK(!interpreter_map_set(&map, UINT64_MAX - 15, 1));
	CHECK(!interpreter_map_get(&map, UINT64_MAX - 15, &owner));
	CHECK(!interpreter_map_set(&map, 16, 2));
	check_owner(&map, 16, 2);
	interpreter_map_deinit(&map);
	CHECK(!interpreter_map_get(&map, HEAP, &owner));
	interpreter_map_deinit(&map);
}

int main(void)
{
	check_many(2, 2);
	check_many(3, 2);
	check_many(1000, 10);
	check_first_wins();
	struct interpreter_map map;
	CHECK(interpreter_map_init(&map, (size_t)1 << INTERPRETER_PLANES_MAX) == STATUS_NO_MEMORY);
	return test_done();
}
