// SPDX-License-Identifier: MIT
#include "python/chain.h"

#include "../test.h"

static void test_circles(void)
{
	// Every circle is noticed, whatever its length and the way into it.
	for (unsigned way = 0; way < 20; way++) {
		for (unsigned length = 1; length < 20; length++) {
			struct chain chain = {0};
			unsigned steps = 0, node = 0;
			while (steps < 1000 && !chain_closes(&chain, 16 + node)) {
				node = node + 1 == way + length ? way : node + 1;
				steps++;
			}
			if (steps > 3 * (way + length) + 3)
				CHECK(!"a circle goes unnoticed");
		}
	}
	struct chain chain = {0};
	bool closes = false;
	for (addr_t node = 16; node < 1000; node++)
		closes = closes || chain_closes(&chain, node);
	CHECK(!closes);
}

int main(void)
{
	test_circles();
	return test_done();
}
