// SPDX-License-Identifier: MIT
#include "interp/runtime.h"

#include "target/target.h"

#include "../python/literal.h"

enum { RUNTIME_BYTES = 1 << 19, INTERPRETER_BYTES = 1 << 19 };

// An interpreter state whose collector has thresholds id + 1, id + 2, id + 3.
static addr_t make_interpreter(struct literal *literal, int64_t id, addr_t next)
{
	const struct layout *layout = &literal->layout;
	addr_t interpreter = literal_allocate(literal, INTERPRETER_BYTES);
	put_field(literal, interpreter, FIELD_interp_id, (uint64_t)id);
	put_field(literal, interpreter, FIELD_interp_next, next);
	put_field(literal, interpreter, FIELD_interp_modules, interpreter + 1);
	put_field(literal, interpreter, FIELD_interp_sysdict, interpreter + 2);
	put_field(literal, interpreter, FIELD_interp_builtins, interpreter + 3);
	addr_t gc = layout_has(layout, FIELD_interp_gc)
		? interpreter + layout->field[FIELD_interp_gc]
		: literal->runtime.address + layout->field[FIELD_runtime_gc];
	put_int(literal, gc, FIELD_gc_enabled, 1);
	put_field(literal, gc, FIELD_gc_garbage, interpreter + 4);
	put_field(literal, gc, FIELD_gc_callbacks, interpreter + 5);
	addr_t head = gc + layout->field[layout_has(layout, FIELD_gc_generations)
				? FIELD_gc_generations : FIELD_gc_young];
	put_field(literal, gc, FIELD_gc_generation0, head);
	for (int32_t i = 0; i < 3; i++) {
		put_int(literal, head, FIELD_gc_generation_threshold, (int32_t)id + i + 1);
		put_int(literal, head, FIELD_gc_generation_count, 10 * i);
		head += layout->field[FIELD_gc_generation_size];
	}
	return interpreter;
}

static void set_head(struct literal *literal, addr_t interpreter)
{
	put_field(literal, literal->runtime.address, FIELD_runtime_interpreters_head, interpreter);
}

static enum status read_all(const struct literal *literal, size_t *count, char *message)
{
	struct interpreter *interpreters = NULL;
	struct error err = {{0}};
	enum status status = runtime_read_interpreters(
		&literal->runtime, literal->image, &interpreters, count, &err);
	free(interpreters);
	strcpy(message, err.message);
	return status;
}

static void test_chain(struct literal *literal)
{
	addr_t first = make_interpreter(literal, 0, 0);
	addr_t second = make_interpreter(literal, 7, first);
	addr_t third = make_interpreter(literal, 9, second);
	struct interpreter *found = NULL;
	size_t count = 0;
	set_head(literal, third);
	if (!CHECK(!runtime_read_interpreters(
		    &literal->runtime, literal->image, &found, &count, NULL)))
		return;
	CHECK(count == 3);
	CHECK(found[0].address == first && found[1].address == second && found[2].address == third);
	CHECK(found[0].id == 0 && found[1].id == 7 && found[2].id == 9);
	CHECK(found[1].modules == second + 1);
	CHECK(found[1].sysdict == second + 2);
	CHECK(found[1].builtins == second + 3);
	CHECK(found[2].garbage == third + 4);
	CHECK(found[2].callbacks == third + 5);
	CHECK(found[2].gc_enabled);
	// In 3.8 they have one collector, whose lists are told once.
	CHECK(found[0].generation_count == 4);
	CHECK(found[2].generation_count == (layout_has(&literal->layout, FIELD_interp_gc) ? 4 : 0));
	CHECK(found[2].generations[0].threshold == 10);
	CHECK(found[2].generations[2].threshold == 12);
	CHECK(found[2].generations[2].count == 20);
	free(found);
}

static void test_hostile(struct literal *literal)
{
	char message[512];
	size_t count = 0;
	addr_t interpreter = make_interpreter(literal, 0, 0);
	set_head(literal, 0);
	CHECK(read_all(literal, &count, message) == STATUS_INVALID);
	CHECK_STRING(message, "runtime_interpreters_head: the list of interpreter states is empty");
	set_head(literal, interpreter);
	put_field(literal, interpreter, FIELD_interp_next, interpreter);
	CHECK(read_all(literal, &count, message) == STATUS_INVALID);
	CHECK_STRING(message, "interp_next: the list of interpreter states does not end after 1000");
	put_field(literal, interpreter, FIELD_interp_next, 0x1000);
	CHECK(read_all(literal, &count, message) == STATUS_UNREADABLE);
	set_head(literal, LITERAL_BASE + LITERAL_BYTES - 16);
	CHECK(read_all(literal, &count, message) == STATUS_UNREADABLE);
	set_head(literal, UINT64_MAX);
	CHECK(read_all(literal, &count, message) == STATUS_UNREADABLE);

	// A pointer to generation 0 that leads out of the collector is not followed.
	if (layout_has(&literal->layout, FIELD_gc_generation0) &&
		layout_has(&literal->layout, FIELD_interp_gc)) {
		put_field(literal, interpreter, FIELD_interp_next, 0);
		put_field(literal, interpreter + literal->layout.field[FIELD_interp_gc],
			FIELD_gc_generation0, 0x1000);
		set_head(literal, interpreter);
		CHECK(read_all(literal, &count, message) == STATUS_OK);
	}
}

// A generation's figures: 100 more collections than collected objects.
static void put_figures(struct literal *literal, addr_t stats, uint64_t collected)
{
	put_field(literal, stats, FIELD_gc_stats_collected, collected);
	put_field(literal, stats, FIELD_gc_stats_collections, collected + 100);
	put_field(literal, stats, FIELD_gc_stats_uncollectable, collected + 200);
}

static void check_figures(const struct literal *literal, enum status expected)
{
	struct interpreter *found = NULL;
	size_t count = 0;
	CHECK(runtime_read_interpreters(&literal->runtime, literal->image, &found, &count, NULL) ==
		expected);
	for (unsigned i = 0; found && i < 3; i++) {
		CHECK(found[0].generations[i].collected == i);
		CHECK(found[0].generations[i].collections == 100 + i);
		CHECK(found[0].generations[i].uncollectable == 200 + i);
	}
	free(found);
}

static void test_figures(struct literal *literal)
{
	const struct layout *layout = &literal->layout;
	addr_t interpreter = make_interpreter(literal, 0, 0);
	addr_t gc = layout_has(layout, FIELD_interp_gc)
		? interpreter + layout->field[FIELD_interp_gc]
		: literal->runtime.address + layout->field[FIELD_runtime_gc];
	uint64_t size = layout->field[FIELD_gc_stats_size];
	set_head(literal, interpreter);
	if (!layout_has(layout, FIELD_gc_stats_old)) {
		for (unsigned i = 0; i < 3; i++)
			put_figures(literal,
				gc + layout->field[FIELD_gc_generation_stats] + i * size, i);
		check_figures(literal, STATUS_OK);
		return;
	}
	addr_t rings = literal_allocate(literal, 4096);
	addr_t old = rings + layout->field[FIELD_gc_stats_old];
	put_field(literal, gc, FIELD_gc_generation_stats, rings);
	put_byte(literal, rings, FIELD_gc_stats_young_index, 10);
	put_figures(literal, rings + 10 * size, 0);
	put_figures(literal, old, 1);
	old += layout->field[FIELD_gc_stats_old_size];
	put_byte(literal, old, FIELD_gc_stats_old_index, 2);
	put_figures(literal, old + 2 * size, 2);
	check_figures(literal, STATUS_OK);
	put_byte(literal, old, FIELD_gc_stats_old_index, 3); // there are three
	check_figures(literal, STATUS_INVALID);
	put_byte(literal, old, FIELD_gc_stats_old_index, 0xff);
	check_figures(literal, STATUS_INVALID);
	put_field(literal, gc, FIELD_gc_generation_stats, 0x1000);
	check_figures(literal, STATUS_UNREADABLE);
}

// Takes over the image.
static void test_collecting(struct literal *literal)
{
	const struct layout *layout = &literal->layout;
	struct target *target = NULL;
	addr_t first = make_interpreter(literal, 0, 0);
	addr_t second = make_interpreter(literal, 1, first);
	addr_t gc = layout_has(layout, FIELD_interp_gc)
		? first + layout->field[FIELD_interp_gc]
		: literal->runtime.address + layout->field[FIELD_runtime_gc];
	set_head(literal, second);
	const struct image *image = literal->image;
	if (!CHECK(!target_from_image(literal->image, &target, NULL)))
		return;
	literal->image = NULL;
	struct literal view = *literal;
	view.image = (struct image *)image;
	CHECK(!runtime_is_collecting(&literal->runtime, target));
	put_int(&view, gc, FIELD_gc_collecting, 1);
	CHECK(runtime_is_collecting(&literal->runtime, target));
	// 3.8 has one collector for all interpreters. It is found with the first one.
	bool is_shared = !layout_has(layout, FIELD_interp_gc);
	put_field(&view, second, FIELD_interp_next, second);
	CHECK(runtime_is_collecting(&literal->runtime, target) == is_shared);
	set_head(&view, 0x1000);
	CHECK(runtime_is_collecting(&literal->runtime, target) == is_shared);
	target_close(target);
}

static void test_all(struct literal *literal)
{
	literal->runtime.address = literal_allocate(literal, RUNTIME_BYTES);
	test_chain(literal);
	test_hostile(literal);
	test_figures(literal);
	test_collecting(literal);
}

int main(void)
{
	literal_each(test_all);
	return test_done();
}
