// SPDX-License-Identifier: MIT
#include "session/tally.h"

#include "../heap/fake_heap.h"
#include "../test.h"

enum { MANY = 1000 };

static void add_objects(struct fake *fake, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		fake_track(fake, fake_object(fake, fake->object, 16));
}

static struct tally begin(struct fake *fake)
{
	struct tally tally = {
		.runtime = &fake->runtime,
		.image = fake->image,
		.interpreters = &fake->interpreter,
		.interpreter_count = 1,
	};
	CHECK(!tally_begin(&tally));
	return tally;
}

static unsigned step_to_end(struct tally *tally, size_t budget)
{
	unsigned steps = 1;
	while (tally_step(tally, budget) == STATUS_MORE)
		if (++steps > 100000)
			break;
	return steps;
}

static void check_counts(struct fake *fake)
{
	add_objects(fake, MANY);
	fake->interpreter.generations[0].threshold = 700;
	fake->interpreter.generations[0].count = 12;
	fake->interpreter.gc_enabled = true;
	fake->interpreter.garbage = fake_list(fake, (addr_t[]){0, 0, 0}, 3);
	struct tally tally = begin(fake);
	CHECK(tally.results[0].generations[0].threshold == 700);
	CHECK(tally.results[0].generations[0].count == 12);
	CHECK(tally.results[0].gc_enabled && tally.results[0].garbage == 3);
	CHECK(step_to_end(&tally, 100) == 1 + MANY / 100);
	CHECK(tally.results[0].generations[0].objects == MANY);
	// The only generation is the permanent one here.
	CHECK(tally.results[0].frozen == MANY);
	free(tally.results);
}

static void check_two_generations(struct fake *fake)
{
	addr_t empty = fake_allocate(fake, 16);
	fake_poke(fake, empty, empty);
	fake_poke(fake, empty + 8, empty);
	fake->interpreter.generations[1].head = empty;
	fake->interpreter.generation_count = 2;
	struct tally tally = begin(fake);
	CHECK(step_to_end(&tally, 1 << 20) == 1);
	CHECK(tally.results[0].generations[0].objects == MANY);
	CHECK(tally.results[0].generations[1].objects == 0 && tally.results[0].frozen == 0);
	free(tally.results);
}

// Links that lead out of the image, and a list that never comes back to its head.
static void check_broken_lists(struct fake *fake)
{
	addr_t lost = fake_allocate(fake, 16);
	fake_poke(fake, lost, 0xdead0000);
	fake->interpreter.generations[1].head = lost;
	struct tally tally = begin(fake);
	step_to_end(&tally, 64);
	CHECK(tally.results[0].generations[0].objects == MANY);
	CHECK(tally.results[0].generations[1].objects == 1);
	free(tally.results);

	addr_t circle = fake_allocate(fake, 16);
	fake_poke(fake, circle, circle);
	fake_poke(fake, lost, circle);
	tally = begin(fake);
	CHECK(step_to_end(&tally, 64) < 100000);
	CHECK(tally.results[0].generations[1].objects <= FAKE_SIZE / 16);
	free(tally.results);
}

int main(void)
{
	static struct fake fake;
	fake_init(&fake, 0x030b02);
	check_counts(&fake);
	check_two_generations(&fake);
	check_broken_lists(&fake);
	fake_deinit(&fake);
	return test_done();
}
