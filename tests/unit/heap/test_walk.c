// SPDX-License-Identifier: MIT
#include "heap/walk.h"

#include "../test.h"
#include "walked.h"

enum { BUDGET = 3 }; // small: the walk must carry on where it stopped

// Two modules; __main__.cache is a dict {"k": [1 list], ...}, app imports the same dict.
struct program {
	addr_t cache, inner, name, garbage, twin, modules;
};

static void make_program(struct fake *fake, struct program *program)
{
	program->inner = fake_list(fake, NULL, 0);
	program->name = fake_str(fake, "k");
	addr_t outer = fake_list(fake, &program->inner, 1);
	program->cache = fake_dict(fake, &program->name, &outer, 1);
	fake_track(fake, program->inner);
	fake_track(fake, outer);
	fake_track(fake, program->cache);

	// Two lists that only the collector knows; one leads to the other.
	program->garbage = fake_list(fake, NULL, 0);
	program->twin = fake_list(fake, &program->garbage, 1);
	fake_track(fake, program->twin);
	fake_track(fake, program->garbage);

	addr_t attribute = fake_str(fake, "cache");
	addr_t app = fake_module(fake, &attribute, &program->cache, 1);
	addr_t main = fake_module(fake, &attribute, &program->cache, 1);
	addr_t names[] = {fake_str(fake, "app"), fake_str(fake, "__main__")};
	addr_t values[] = {app, main};
	program->modules = fake_dict(fake, names, values, 2);
	fake->interpreter.modules = program->modules;
}

static struct walked run(struct fake *fake)
{
	struct walked walked = walked_begin(&fake->heap, &fake->interpreter, 1);
	walked_finish(&walked, BUDGET);
	return walked;
}

static void check_path(
	const struct walk *walk, addr_t address, bool with_values, const char *expected)
{
	for (uint32_t i = 0; i < walk_count(walk); i++) {
		if (walk_node(walk, i).address != address)
			continue;
		struct text text = {0};
		CHECK(naming_path(walk, i, with_values, &text) == STATUS_OK);
		CHECK_STRING(text.bytes, expected);
		text_deinit(&text);
		return;
	}
	CHECK(!"the object was met");
}

// All paths at once are what they are one by one.
static void check_paths(const struct walk *walk)
{
	size_t count = walk_count(walk);
	uint32_t *nodes = calloc(count, sizeof(*nodes));
	char **paths = calloc(count, sizeof(*paths));
	for (uint32_t i = 0; i < count; i++)
		nodes[i] = (uint32_t)count - 1 - i;
	CHECK(naming_paths(walk, nodes, count, true, paths) == STATUS_OK);
	unsigned same = 0;
	for (size_t i = 0; i < count; i++) {
		struct text text = {0};
		if (naming_path(walk, nodes[i], true, &text))
			fake_die("no path");
		same += !strcmp(text.bytes, paths[i]);
		text_deinit(&text);
		free(paths[i]);
	}
	CHECK(same == count);
	free(paths);
	free(nodes);
}

static const struct census_type *find_type(const struct census *census, const char *name)
{
	for (size_t i = 0; i < census->type_count; i++)
		if (!strcmp(census->types[i].name, name))
			return &census->types[i];
	fake_die(name);
	return NULL;
}

static void check_census(const struct walked *walked, const struct program *program)
{
	const struct walk *walk = walked->walk;
	struct census *census = walked_census(walked);
	// Of lists: inner, outer, garbage, twin.
	CHECK(find_type(census, "list")->count == 4);
	CHECK(find_type(census, "list")->tracked_count == 4);
	CHECK(find_type(census, "list")->bytes == 4 * (40 + 16) + 2 * 8);
	// Of dicts: cache, of two modules, sys.modules.
	CHECK(find_type(census, "dict")->count == 4);
	CHECK(find_type(census, "dict")->tracked_count == 1);
	CHECK(find_type(census, "module")->count == 2);
	// k, cache, app, __main__
	CHECK(find_type(census, "str")->count == 4);
	CHECK(census->totals.tracked == 5);
	CHECK(census->totals.unreached == 2);
	CHECK(census->totals.objects == walk_count(walk));
	CHECK(census->totals.unreadable == 0 && !census->totals.is_inexact);
	for (size_t i = 1; i < census->type_count; i++)
		CHECK(strcmp(census->types[i - 1].name, census->types[i].name) < 0);

	CHECK(census->container_count == 8);
	for (size_t i = 0; i < census->container_count; i++) {
		const struct census_container *container = &census->containers[i];
		CHECK(!i || container[-1].address < container->address);
		CHECK(walk_node(walk, container->node).address == container->address);
		if (container->address == program->cache)
			CHECK(container->length == 1 &&
				census->types[container->type].name[0] == 'd');
	}
	census_destroy(census);
}

static void check_program(uint32_t version)
{
	struct fake fake;
	struct program program;
	fake_init(&fake, version);
	make_program(&fake, &program);
	struct walked walked = run(&fake);
	struct walk *walk = walked.walk;
	check_census(&walked, &program);
	check_path(walk, program.modules, false, "sys.modules");
	check_path(walk, program.cache, false, "__main__.cache");
	check_path(walk, program.inner, false, "__main__.cache[...][0]");
	check_path(walk, program.inner, true, "__main__.cache[\"k\"][0]");
	check_path(walk, program.name, false, "__main__.cache.<key>");
	check_path(walk, program.twin, false, "<collector>");
	check_path(walk, program.garbage, false, "<collector>[0]");
	check_paths(walk);
	walked_destroy(&walked);

	// The same program, while the collector is at work and with a list that ends nowhere.
	fake.interpreter.gc_collecting = true;
	fake_poke(&fake, program.twin - 16, 8);
	walked = run(&fake);
	struct census *census = walked_census(&walked);
	CHECK(census->totals.is_inexact);
	CHECK(find_type(census, "list")->count == 4);
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&fake);
}

// A reference into nothing is dropped and counted, and what lies behind it is numbered on.
static void check_dropped(void)
{
	struct fake fake;
	fake_init(&fake, 0x030b02);
	addr_t good = fake_list(&fake, NULL, 0);
	addr_t no_object = fake_allocate(&fake, 64);
	addr_t items[] = {0x10, UINT64_MAX, no_object, no_object + 24, 0, good};
	addr_t list = fake_list(&fake, items, 6);
	addr_t attribute = fake_str(&fake, "list");
	addr_t module = fake_module(&fake, &attribute, &list, 1),
	       name = fake_str(&fake, "__main__");
	fake.interpreter.modules = fake_dict(&fake, &name, &module, 1);
	struct walked walked = run(&fake);
	struct walk *walk = walked.walk;
	struct census *census = walked_census(&walked);
	CHECK(census->totals.unreadable == 4);
	CHECK(find_type(census, "list")->count == 2);
	check_path(walk, good, false, "__main__.list[5]");
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&fake);
}

// A list in a list in a list: the name keeps its ends.
static void check_deep(void)
{
	enum { DEPTH = 1000 };
	struct fake fake;
	fake_init(&fake, 0x030b02);
	addr_t end = fake_list(&fake, NULL, 0), list = end;
	for (int i = 0; i < DEPTH; i++)
		list = fake_list(&fake, &list, 1);
	addr_t attribute = fake_str(&fake, "chain");
	addr_t module = fake_module(&fake, &attribute, &list, 1),
	       name = fake_str(&fake, "__main__");
	fake.interpreter.modules = fake_dict(&fake, &name, &module, 1);
	struct walked walked = run(&fake);
	struct walk *walk = walked.walk;
	check_path(walk, end, false,
		"__main__.chain[0][0][0][0][0][0][0][0][0][0][0][0]..."
		"[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]");
	walk_limit_memory(walk, 1);
	struct error err = {""};
	CHECK(walk_step(walk, 1, &err) == STATUS_NO_MEMORY);
	CHECK(strstr(err.message, "takes more than 1 bytes"));
	walked_destroy(&walked);
	fake_deinit(&fake);
}

// Whatever the heap holds, a walk ends, and within bounds (the sanitizers watch).
static void check_random(unsigned seed)
{
	struct fake fake;
	struct program program;
	fake_init(&fake, seed % 2 ? 0x030b02 : 0x030d05);
	make_program(&fake, &program);
	uint64_t state = seed;
	for (int i = 0; i < 200; i++) {
		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		addr_t place = FAKE_START + (state >> 20) % (fake.next - FAKE_START - 8) / 8 * 8;
		uint64_t value = state >> 44;
		if (i % 2) // a pointer to somewhere in the heap
			value = FAKE_START + value % (fake.next - FAKE_START) / 8 * 8;
		fake_poke(&fake, place, value);
	}
	struct walked walked = run(&fake);
	struct walk *walk = walked.walk;
	struct census *census = walked_census(&walked);
	check_paths(walk);
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&fake);
}

int main(void)
{
	check_program(0x030b02);
	check_program(0x030d05);
	check_dropped();
	check_deep();
	for (unsigned seed = 1; seed <= 100; seed++)
		check_random(seed);
	return test_done();
}
