// SPDX-License-Identifier: MIT
#include "heap/collector.h"
#include "heap/collector.h"

#include "../test.h"
#include "fake_heap.h"

enum { OBJECTS = 100 };

static unsigned follow(struct fake *fake, bool *ret_broken)
{
	struct collector_cursor cursor;
	collector_cursor_init(&cursor, &fake->heap, &fake->interpreter, 1);
	unsigned count = 0;
	addr_t object;
	while (collector_next(&cursor, &object))
		count++;
	*ret_broken = cursor.is_broken;
	return count;
}

static void check_count(struct fake *fake)
{
	uint64_t *counts = NULL, total = 0;
	size_t length = 0;
	CHECK(collector_count(&fake->heap, &fake->interpreter, 1, &counts, &length, &total, NULL) ==
		STATUS_OK);
	CHECK(total == OBJECTS);
	const struct type *list = types_get(&fake->heap, fake->list);
	const struct type *dict = types_get(&fake->heap, fake->dict);
	CHECK(length > list->id && counts[list->id] == OBJECTS / 2);
	CHECK(length > dict->id && counts[dict->id] == OBJECTS / 2);
	free(counts);
}

static void check_refused(struct fake *fake, const char *what)
{
	struct error err = {""};
	uint64_t *counts, total;
	size_t length;
	printf("# %s\n", what);
	CHECK(collector_count(&fake->heap, &fake->interpreter, 1, &counts, &length, &total, &err) ==
		STATUS_INVALID);
	CHECK(strstr(err.message, "broken after "));
}

// The first object is what finds the table of counts empty.
static void check_typeless(void)
{
	struct fake fake;
	fake_init(&fake, 0x030b02);
	addr_t object = fake_list(&fake, NULL, 0);
	fake_set(&fake, object, FIELD_object_type, 0);
	fake_track(&fake, object);
	check_refused(&fake, "a first object without a type");
	fake_deinit(&fake);
}

int main(void)
{
	check_typeless();
	struct fake fake;
	bool is_broken;
	addr_t objects[OBJECTS];
	fake_init(&fake, 0x030b02);
	CHECK(follow(&fake, &is_broken) == 0 && !is_broken);
	for (unsigned i = 0; i < OBJECTS; i++) {
		objects[i] = i % 2 ? fake_dict(&fake, NULL, NULL, 0) : fake_list(&fake, NULL, 0);
		fake_track(&fake, objects[i]);
	}
	CHECK(follow(&fake, &is_broken) == OBJECTS && !is_broken);
	check_count(&fake);

	// The low bits of links are flags.
	addr_t middle = objects[50] - 16, next = fake_get(&fake, middle);
	uint64_t back = fake_get(&fake, middle + 8);
	fake_poke(&fake, middle, next | 1);
	fake_poke(&fake, middle + 8, back | 3);
	CHECK(follow(&fake, &is_broken) == OBJECTS && !is_broken);

	// While the collector is at work the back links are counts.
	fake_poke(&fake, middle + 8, 5 << 2);
	CHECK(follow(&fake, &is_broken) == 50 && is_broken);
	check_refused(&fake, "no link back");
	fake.interpreter.gc_collecting = true;
	CHECK(follow(&fake, &is_broken) == OBJECTS && !is_broken);

	// A circle that the head is no part of ends all the same.
	fake_poke(&fake, middle, objects[10] - 16);
	follow(&fake, &is_broken);
	CHECK(is_broken);
	check_refused(&fake, "a circle");
	fake_poke(&fake, middle, UINT64_MAX);
	CHECK(follow(&fake, &is_broken) == 51 && is_broken);
	check_refused(&fake, "a link into nothing");

	// The lists behind a broken one are followed.
	addr_t second = fake_allocate(&fake, 16), object = fake_list(&fake, NULL, 0);
	fake_poke(&fake, second, object - 16);
	fake_poke(&fake, second + 8, object - 16);
	fake_poke(&fake, object - 16, second);
	fake_poke(&fake, object - 8, second);
	fake.interpreter.generations[1].head = second;
	fake.interpreter.generation_count = 2;
	CHECK(follow(&fake, &is_broken) == 52 && is_broken);

	fake.interpreter.generation_count = GENERATIONS_MAX + 1000;
	follow(&fake, &is_broken);
	CHECK(is_broken);
	fake_deinit(&fake);
	return test_done();
}
