// SPDX-License-Identifier: MIT
#include "session/interpreter_list.h"

#include "../heap/walked.h"
#include "../test.h"
#include "result/sample.h"

enum { MANY = 1000 };

static void add_objects(struct fake *fake, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		fake_track(fake, fake_object(fake, fake->object, 16));
}

// What the list says after a walk of that many objects a step.
static struct sample_interpreter list(struct fake *fake, size_t budget)
{
	struct sample sample = {0};
	CHECK(!interpreter_list_add(
		&sample, &fake->runtime, fake->image, &fake->interpreter, 1, NULL));
	CHECK(sample.interpreter_count == 1 && !sample.interpreters[0].generations[0].objects);
	struct walked walked = walked_begin(&fake->heap, &fake->interpreter, 1);
	walked_finish(&walked, budget);
	interpreter_list_count(&sample, walked.walk);
	walked_destroy(&walked);
	struct sample_interpreter only = sample.interpreters[0];
	free(sample.interpreters);
	return only;
}

static void check_counts(struct fake *fake)
{
	add_objects(fake, MANY);
	fake->interpreter.generations[0].threshold = 700;
	fake->interpreter.generations[0].count = 12;
	fake->interpreter.gc_enabled = true;
	fake->interpreter.garbage = fake_list(fake, (addr_t[]){0, 0, 0}, 3);
	struct sample_interpreter only = list(fake, 100);
	CHECK(only.generations[0].threshold == 700);
	CHECK(only.generations[0].count == 12);
	CHECK(only.gc_enabled && only.garbage == 3);
	CHECK(only.generations[0].objects == MANY);
	// The only generation is the permanent one here.
	CHECK(only.frozen == MANY);
}

static void check_two_generations(struct fake *fake)
{
	addr_t empty = fake_allocate(fake, 16);
	fake_poke(fake, empty, empty);
	fake_poke(fake, empty + 8, empty);
	fake->interpreter.generations[1].head = empty;
	fake->interpreter.generation_count = 2;
	struct sample_interpreter only = list(fake, 1 << 20);
	CHECK(only.generations[0].objects == MANY);
	CHECK(only.generations[1].objects == 0 && only.frozen == 0);
}

// Links that lead out of the image, and a list that never comes back to its head.
static void check_broken_lists(struct fake *fake)
{
	addr_t lost = fake_allocate(fake, 16);
	fake_poke(fake, lost, 0xdead0000);
	fake->interpreter.generations[1].head = lost;
	struct sample_interpreter only = list(fake, 64);
	CHECK(only.generations[0].objects == MANY);
	CHECK(only.generations[1].objects == 1);

	addr_t circle = fake_allocate(fake, 16);
	fake_poke(fake, circle, circle);
	fake_poke(fake, lost, circle);
	only = list(fake, 64);
	CHECK(only.generations[1].objects <= FAKE_SIZE / 16);

	// One of the links back is wrong: the links on are all that counts.
	addr_t middle = fake_get(fake, fake_get(fake, fake->list_head));
	uint64_t back = fake_get(fake, middle + 8);
	fake_poke(fake, middle + 8, 0);
	CHECK(list(fake, 64).generations[0].objects == MANY);
	fake_poke(fake, middle + 8, back);
}

// The lists are counted also where the walk fails before it comes to them.
static void check_failed_walk(struct fake *fake)
{
	struct sample sample = {0};
	CHECK(!interpreter_list_add(
		&sample, &fake->runtime, fake->image, &fake->interpreter, 1, NULL));
	struct walked walked = walked_begin(&fake->heap, &fake->interpreter, 1);
	walk_limit_memory(walked.walk, 1);
	CHECK(walk_step(walked.walk, 1, NULL) == STATUS_NO_MEMORY);
	interpreter_list_count(&sample, walked.walk);
	CHECK(sample.interpreters[0].generations[0].objects == MANY);
	walked_destroy(&walked);
	free(sample.interpreters);
}

int main(void)
{
	static struct fake fake;
	fake_init(&fake, 0x030b02);
	check_counts(&fake);
	check_two_generations(&fake);
	check_broken_lists(&fake);
	check_failed_walk(&fake);
	fake_deinit(&fake);
	return test_done();
}
