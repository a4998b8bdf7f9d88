// SPDX-License-Identifier: MIT
// Two interpreters in one heap: everything is met once, and belongs to one of them.
#include "heap/walk.h"

#include "../test.h"
#include "walked.h"

enum { BUDGET = 3 }; // small: the walk must carry on where it stopped

struct pair {
	struct fake fake;
	struct interpreter interpreters[2];
	addr_t main_cache, sub_cache; // dicts
	addr_t main_item;	      // a list of the main one that only the other leads to
	addr_t sub_garbage;	      // a list that only the second collector knows
	addr_t both;		      // an untracked dict that both lead to
	addr_t sub_name;	      // a str
};

static void track(struct pair *pair, size_t interpreter, addr_t object)
{
	pair->fake.list_head = pair->interpreters[interpreter].generations[0].head;
	fake_track(&pair->fake, object);
}

// sys.modules with a module __main__ in which cache is that dict.
static addr_t make_modules(struct fake *fake, addr_t cache)
{
	addr_t attribute = fake_str(fake, "cache"), name = fake_str(fake, "__main__");
	addr_t module = fake_module(fake, &attribute, &cache, 1);
	return fake_dict(fake, &name, &module, 1);
}

static void pair_init(struct pair *pair)
{
	struct fake *fake = &pair->fake;
	fake_init(fake, 0x030b02);
	pair->interpreters[0] = pair->interpreters[1] = fake->interpreter;
	pair->interpreters[1].id = 7;
	pair->interpreters[1].address =
		fake_allocate(fake, fake->layout.field[FIELD_interp_size]);
	addr_t head = fake_allocate(fake, 16);
	fake_poke(fake, head, head);
	fake_poke(fake, head + 8, head);
	pair->interpreters[1].generations[0].head = head;

	pair->both = fake_dict(fake, NULL, NULL, 0);
	pair->main_item = fake_list(fake, NULL, 0);
	pair->sub_name = fake_str(fake, "of the second");
	pair->sub_garbage = fake_list(fake, NULL, 0);
	addr_t main_keys[] = {fake_str(fake, "a")};
	addr_t sub_keys[] = {fake_str(fake, "b"), fake_str(fake, "c"), pair->sub_name};
	addr_t sub_values[] = {pair->both, pair->main_item, pair->sub_name};
	pair->main_cache = fake_dict(fake, main_keys, &pair->both, 1);
	pair->sub_cache = fake_dict(fake, sub_keys, sub_values, 3);
	pair->interpreters[0].modules = make_modules(fake, pair->main_cache);
	pair->interpreters[1].modules = make_modules(fake, pair->sub_cache);
	track(pair, 0, pair->main_cache);
	track(pair, 0, pair->main_item);
	track(pair, 1, pair->sub_cache);
	track(pair, 1, pair->sub_garbage);
}

static struct walked run(struct pair *pair, size_t count)
{
	struct walked walked = walked_begin(&pair->fake.heap, pair->interpreters, count);
	walked_finish(&walked, BUDGET);
	return walked;
}

static struct census_share share_of(
	const struct census *census, size_t interpreter, const char *type)
{
	const struct census_interpreter *own = &census->interpreters[interpreter];
	for (size_t i = 0; i < own->type_count; i++)
		if (!strcmp(census->types[own->types[i].type].name, type))
			return own->types[i];
	return (struct census_share){0};
}

// What the interpreters have adds up to what there is.
static void check_sums(const struct census *census)
{
	uint64_t objects = 0, bytes = 0, tracked = 0;
	for (size_t i = 0; i < census->interpreter_count; i++) {
		objects += census->interpreters[i].objects;
		bytes += census->interpreters[i].bytes;
		tracked += census->interpreters[i].tracked;
	}
	CHECK(objects == census->totals.objects);
	CHECK(bytes == census->totals.bytes);
	CHECK(tracked == census->totals.tracked);
	for (size_t i = 0; i < census->type_count; i++) {
		const struct census_type *type = &census->types[i];
		struct census_share first = share_of(census, 0, type->name);
		struct census_share second = share_of(census, 1, type->name);
		CHECK(first.count + second.count == type->count);
		CHECK(first.bytes + second.bytes == type->bytes);
		CHECK(first.tracked_count + second.tracked_count == type->tracked_count);
		CHECK(first.tracked_bytes + second.tracked_bytes == type->tracked_bytes);
	}
}

static void check_path(const struct walk *walk, addr_t address, const char *expected)
{
	for (uint32_t i = 0; i < walk_count(walk); i++) {
		if (walk_node(walk, i).address != address)
			continue;
		struct text text = {0};
		CHECK(naming_path(walk, i, false, &text) == STATUS_OK);
		CHECK_STRING(text.bytes, expected);
		text_deinit(&text);
		return;
	}
	CHECK(!"the object was met");
}

static void check_pair(void)
{
	struct pair pair;
	pair_init(&pair);
	struct walked walked = run(&pair, 2);
	struct census *census = walked_census(&walked);
	CHECK(census->interpreter_count == 2);
	check_sums(census);
	// Tracked ones belong to whose list they are in, whoever leads to them.
	CHECK(share_of(census, 0, "list").tracked_count == 1);
	CHECK(share_of(census, 1, "list").tracked_count == 1);
	CHECK(share_of(census, 0, "dict").tracked_count == 1);
	CHECK(share_of(census, 1, "dict").tracked_count == 1);
	// cache, sys.modules, of the module; of the first one also what both lead to.
	CHECK(share_of(census, 0, "dict").count == 4);
	CHECK(share_of(census, 1, "dict").count == 3);
	CHECK(share_of(census, 0, "str").count == 3); // cache, __main__, a
	CHECK(share_of(census, 1, "str").count == 5); // cache, __main__, b, c, sub_name
	CHECK(share_of(census, 0, "module").count == 1);
	CHECK(share_of(census, 1, "module").count == 1);
	CHECK(census->totals.unreached == 1);

	check_path(walked.walk, pair.main_cache, "__main__.cache");
	check_path(walked.walk, pair.sub_cache, "<interpreter 7>.__main__.cache");
	check_path(walked.walk, pair.interpreters[1].modules, "<interpreter 7>.sys.modules");
	check_path(walked.walk, pair.sub_garbage, "<interpreter 7>.<collector>");
	check_path(walked.walk, pair.main_item, "<interpreter 7>.__main__.cache[...]");
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&pair.fake);
}

// One collector for all (3.8): the first interpreter's lists have everything, and ways alone tell.
static void check_shared_collector(void)
{
	struct pair pair;
	pair_init(&pair);
	track(&pair, 0, fake_list(&pair.fake, NULL, 0));
	pair.interpreters[1].generation_count = 0;
	struct walked walked = run(&pair, 2);
	struct census *census = walked_census(&walked);
	check_sums(census);
	CHECK(share_of(census, 0, "dict").count == 4 && share_of(census, 1, "dict").count == 3);
	// Who leads to it counts, and for what nobody leads to it is the first.
	CHECK(share_of(census, 0, "list").tracked_count == 1);
	CHECK(share_of(census, 1, "list").tracked_count == 1);
	CHECK(share_of(census, 1, "dict").tracked_count == 1);
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&pair.fake);
}

// A single interpreter needs no telling apart.
static void check_single(void)
{
	struct pair pair;
	pair_init(&pair);
	struct walked walked = run(&pair, 1);
	struct census *census = walked_census(&walked);
	CHECK(!census->interpreters && !census->interpreter_count);
	CHECK(census->totals.tracked == 2);
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&pair.fake);
}

// Whatever the heap holds, the sums are right (the sanitizers watch).
static void check_random(unsigned seed)
{
	struct pair pair;
	pair_init(&pair);
	struct fake *fake = &pair.fake;
	uint64_t state = seed;
	for (int i = 0; i < 100; i++) {
		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		addr_t place = FAKE_START + (state >> 20) % (fake->next - FAKE_START - 8) / 8 * 8;
		uint64_t value = state >> 44;
		if (i % 2) // a pointer to somewhere in the heap
			value = FAKE_START + value % (fake->next - FAKE_START) / 8 * 8;
		fake_poke(fake, place, value);
	}
	struct walked walked = run(&pair, 2);
	struct census *census = walked_census(&walked);
	uint64_t objects = 0;
	for (size_t i = 0; i < census->interpreter_count; i++)
		objects += census->interpreters[i].objects;
	CHECK(objects == census->totals.objects);
	census_destroy(census);
	walked_destroy(&walked);
	fake_deinit(&pair.fake);
}

int main(void)
{
	check_pair();
	check_shared_collector();
	check_single();
	for (unsigned seed = 1; seed <= 100; seed++)
		check_random(seed);
	return test_done();
}
