// SPDX-License-Identifier: MIT
#include "heap/owners.h"

#include "../test.h"

static const addr_t HEAP = 0x7f1200000000;

static void check_owner(const struct owners *owners, addr_t address, size_t expected)
{
	size_t owner = 4711;
	CHECK(owners_get(owners, address, &owner));
	CHECK(owner == expected);
}

// Each object has its own interpreter, however they lie among one another.
static void check_many(size_t interpreters, unsigned planes)
{
	struct owners owners;
	if (!CHECK(!owners_init(&owners, interpreters)))
		return;
	CHECK(owners.plane_count == planes);
	size_t owner = 4711;
	CHECK(!owners_get(&owners, HEAP, &owner) && owner == 4711);
	for (size_t i = 0; i < interpreters; i++)
		CHECK(!owners_set(&owners, HEAP + 32 * i, i));
	for (size_t i = 0; i < interpreters; i++) {
		check_owner(&owners, HEAP + 32 * i, i);
		CHECK(!owners_get(&owners, HEAP + 32 * i + 16, &owner));
	}
	owners_deinit(&owners);
}

// A torn list may lead to another interpreter's objects: the first one keeps them.
static void check_first_wins(void)
{
	struct owners owners;
	if (!CHECK(!owners_init(&owners, 3)))
		return;
	CHECK(!owners_set(&owners, HEAP, 1));
	CHECK(!owners_set(&owners, HEAP, 2));
	CHECK(!owners_set(&owners, HEAP, 0));
	check_owner(&owners, HEAP, 1);
	// Beyond what an address may be, and in chunks of their own.
	size_t owner;
	CHECK(!owners_set(&owners, UINT64_MAX - 15, 1));
	CHECK(!owners_get(&owners, UINT64_MAX - 15, &owner));
	CHECK(!owners_set(&owners, 16, 2));
	check_owner(&owners, 16, 2);
	owners_deinit(&owners);
	CHECK(!owners_get(&owners, HEAP, &owner));
	owners_deinit(&owners);
}

int main(void)
{
	check_many(2, 2);
	check_many(3, 2);
	check_many(1000, 10);
	check_first_wins();
	struct owners owners;
	CHECK(owners_init(&owners, (size_t)1 << OWNER_PLANES_MAX) == STATUS_NO_MEMORY);
	return test_done();
}
