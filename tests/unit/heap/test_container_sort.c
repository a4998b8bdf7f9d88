// SPDX-License-Identifier: MIT
#include "heap/container_sort.h"
#include "result/census.h"

#include "../test.h"

#include <stdlib.h>

enum { COUNT = 20000 };

// The same numbers in every run (a linear congruential generator, Knuth's MMIX constants).
static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 17;
}

static bool is_in_order(const struct census_container *containers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i && containers[i - 1].address > containers[i].address)
			return false;
		if (containers[i].length != containers[i].address + 1)
			return false; // the rest of the row must travel along
	}
	return true;
}

static void check(const char *what, uint64_t mask, uint64_t base, size_t count)
{
	struct census_container *containers = calloc(count + 1, sizeof(*containers));
	uint64_t state = 42, sum = 0, sum_after = 0;
	for (size_t i = 0; i < count; i++) {
		containers[i].address = base + (next_random(&state) & mask);
		containers[i].length = containers[i].address + 1;
		sum += containers[i].address;
	}
	container_sort(containers, count);
	for (size_t i = 0; i < count; i++)
		sum_after += containers[i].address;
	printf("# %s\n", what);
	CHECK(is_in_order(containers, count));
	CHECK(sum == sum_after);
	container_sort(containers, count); // what is in order stays so
	CHECK(is_in_order(containers, count));
	free(containers);
}

int main(void)
{
	check("none", 0, 0, 0);
	check("one", 0, 0x1000, 1);
	check("few", 0xffff0, 0x7f0000000000, 40);
	check("a heap", 0x3fffffff0, 0x7f0000000000, COUNT);
	check("all the same", 0, 0x7f0000000000, COUNT);
	check("few different", 0x30, 0x7f0000000000, COUNT);
	check("any number", UINT64_MAX >> 1, 0, COUNT);
	return test_done();
}
