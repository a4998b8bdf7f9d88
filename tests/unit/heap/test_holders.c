// SPDX-License-Identifier: MIT
// The holders of objects in a literal heap; and what happens when memory is short.
#include "heap/holders.h"

#include "../failing.h"
#include "../failing_maps.h"
#include "../test.h"
#include "graph/dominators.h"
#include "graph/graph.h"
#include "heap/graph_builder.h"
#include "heap/lookup.h"
#include "result/references.h"
#include "walked.h"

#include <inttypes.h>

enum { CHAIN = 50, BUDGET = 1000 };

// __main__ has: a dict cache {"k": outer}, outer = [inner, inner], a list loop = [loop, inner], a chain of
// lists, each in the one before, and a list that only the collector knows and that holds inner, too.
struct program {
	struct fake fake;
	addr_t cache, outer, inner, loop, chain, garbage;
	struct walked walked;
	struct graph graph;
	struct dominators dominators;
	struct lookup lookup;
};

static void make_heap(struct program *program)
{
	struct fake *fake = &program->fake;
	memset(program, 0, sizeof(*program));
	fake_init(fake, 0x030b02);
	program->inner = fake_dict(fake, NULL, NULL, 0);
	program->outer = fake_list(fake, (addr_t[]){program->inner, program->inner}, 2);
	addr_t key = fake_str(fake, "k");
	program->cache = fake_dict(fake, &key, &program->outer, 1);
	program->loop = fake_list(fake, (addr_t[]){0, program->inner}, 2);
	fake_poke(fake, fake_get(fake, program->loop + fake->layout.field[FIELD_list_items]),
		program->loop);
	program->garbage = fake_list(fake, (addr_t[]){program->inner}, 1);
	fake_track(fake, program->garbage);
	for (int i = 0; i < CHAIN; i++)
		program->chain = fake_list(fake, &program->chain, program->chain ? 1 : 0);
	addr_t names[] = {fake_str(fake, "cache"), fake_str(fake, "loop"), fake_str(fake, "chain")};
	addr_t values[] = {program->cache, program->loop, program->chain};
	addr_t name = fake_str(fake, "__main__"), module = fake_module(fake, names, values, 3);
	fake->interpreter.modules = fake_dict(fake, &name, &module, 1);
}

static void make_program(struct program *program)
{
	AUTO(graph_builder_destroyp) struct graph_builder *builder = NULL;
	enum status status;
	make_heap(program);
	program->walked = walked_begin(&program->fake.heap, &program->fake.interpreter, 1);
	if (graph_builder_create(program->walked.walk, &builder))
		fake_die("no builder");
	walked_finish(&program->walked, BUDGET);
	while ((status = graph_builder_step(builder, BUDGET, NULL)) == STATUS_MORE)
		;
	if (status)
		fake_die("no graph");
	program->graph = graph_builder_take(builder);
	program->dominators.graph = &program->graph;
	while ((status = dominators_step(&program->dominators, BUDGET)) == STATUS_MORE)
		;
	if (status)
		fake_die("no dominators");
	program->lookup = (struct lookup){
		.heap = &program->fake.heap,
		.interpreters = &program->fake.interpreter,
		.interpreter_count = 1,
		.graph = &program->graph,
		.dominators = &program->dominators,
	};
}

static void program_deinit(struct program *program)
{
	walked_destroy(&program->walked);
	dominators_deinit(&program->dominators);
	graph_deinit(&program->graph);
	fake_deinit(&program->fake);
}

static struct references *find(const struct program *program, const char *subject)
{
	struct references *references = NULL;
	struct error err = {""};
	if (holders_find(&program->lookup, program->walked.walk, subject, &references, &err))
		fake_die(err.message);
	return references;
}

static struct references *find_address(const struct program *program, addr_t address)
{
	char subject[32];
	snprintf(subject, sizeof(subject), "%#" PRIx64, address);
	return find(program, subject);
}

// How many references there are by that path.
static uint64_t by_path(const struct references *references, const char *path)
{
	vector_for_each(found, &references->paths)
		if (!strcmp(found->path, path))
			return found->count;
	return 0;
}

static uint64_t by_referrer(const struct references *references, const char *type, const char *via)
{
	vector_for_each(found, &references->referrers)
		if (!strcmp(found->type, type) && !strcmp(found->via, via))
			return found->count;
	return 0;
}

static void check_object(struct program *program)
{
	AUTO(references_destroyp) struct references *inner = find_address(program, program->inner);
	CHECK_STRING(inner->type, "dict");
	CHECK(inner->count == 1 && inner->bytes == inner->retained_bytes);
	CHECK(inner->paths.count == 3 && inner->path_count == 3);
	CHECK_STRING(inner->paths.items[0].path, "__main__.cache[...][...]");
	CHECK(inner->paths.items[0].count == 2);
	CHECK_STRING(inner->paths.items[1].path, "__main__.loop[...]");
	CHECK_STRING(inner->paths.items[2].path, "<collector>[...]");
	CHECK(inner->referrers.count == 1 && by_referrer(inner, "list", "[...]") == 4);

	program->lookup.with_values = true;
	AUTO(references_destroyp) struct references *shown = find_address(program, program->inner);
	CHECK(by_path(shown, "__main__.cache[\"k\"][...]") == 2);
	program->lookup.with_values = false;
}

// The steps of the paths make a tree that spells them.
static void check_steps(const struct program *program)
{
	AUTO(references_destroyp) struct references *inner = find_address(program, program->inner);
	const struct holding_step *steps = inner->steps.items;
	uint32_t last = inner->paths.items[0].step, middle = steps[last].above;
	CHECK(inner->steps.count == 8);
	CHECK_STRING(steps[last].label, "[...]");
	CHECK_STRING(steps[middle].label, "[...]");
	CHECK_STRING(steps[steps[middle].above].label, ".cache");
	uint32_t root = steps[steps[middle].above].above;
	CHECK_STRING(steps[root].label, "__main__");
	CHECK(steps[root].above == HOLDING_ROOT);
	uint32_t other = steps[inner->paths.items[1].step].above;
	CHECK_STRING(steps[other].label, ".loop");
	CHECK(steps[other].above == root);
}

// The reference to itself is a referrer, but no way that holds it.
static void check_loop(const struct program *program)
{
	AUTO(references_destroyp) struct references *loop = find(program, "__main__.loop");
	CHECK(loop->paths.count == 1 && by_path(loop, "__main__.loop") == 1);
	CHECK(by_referrer(loop, "list", "[...]") == 1 && by_referrer(loop, "dict", ".loop") == 1);
}

// Each list is held once; of what repeats itself only the beginning is written.
static void check_type(const struct program *program)
{
	AUTO(references_destroyp) struct references *lists = find(program, "list");
	CHECK(lists->count == CHAIN + 3);
	CHECK(by_path(lists, "__main__.chain") == 1);
	CHECK(by_path(lists, "__main__.chain[...]") == 1);
	CHECK(by_path(lists, "__main__.chain[...][...][...]...[...]") == CHAIN - 5);
	CHECK(by_path(lists, "<collector>") == 1);
	AUTO(references_destroyp) struct references *chain = find(program, "__main__.chain");
	AUTO(references_destroyp) struct references *loop = find(program, "__main__.loop");
	AUTO(references_destroyp) struct references *outer = find_address(program, program->outer);
	AUTO(references_destroyp) struct references *garbage =
		find_address(program, program->garbage);
	CHECK(chain->retained_bytes > chain->bytes);
	// What one of them retains counts once, and so does inner, which several hold: not at all.
	CHECK(lists->retained_bytes == chain->retained_bytes + loop->retained_bytes +
		      outer->retained_bytes + garbage->retained_bytes);
}

static void check_refusals(const struct program *program)
{
	AUTO(references_destroyp) struct references *references = NULL;
	struct error err = {""};
	const struct lookup *lookup = &program->lookup;
	const struct walk *walk = program->walked.walk;
	CHECK(holders_find(lookup, walk, "__main__.no", &references, &err) == STATUS_NOT_FOUND);
	CHECK_STRING(err.message, "__main__ has no attribute 'no', and there is no object of a type "
				  "'__main__.no'");
	CHECK(holders_find(lookup, walk, "0x10", &references, &err) == STATUS_NOT_FOUND);
	CHECK_STRING(err.message, "no object that something leads to is at 0x10");
	CHECK(holders_find(lookup, walk, "a..b", &references, &err) == STATUS_USAGE);
	CHECK(!references);
}

static void check_no_memory(const struct program *program, volatile long *left)
{
	long allowed = 0;
	for (enum status status = STATUS_NO_MEMORY; status; allowed++) {
		AUTO(references_destroyp) struct references *references = NULL;
		*left = allowed;
		status = holders_find(
			&program->lookup, program->walked.walk, "list", &references, NULL);
		*left = LONG_MAX;
		if (status && status != STATUS_NO_MEMORY)
			fake_die(status_text(status));
	}
	CHECK(allowed > 3);
}

int main(void)
{
	struct program program;
	make_program(&program);
	check_object(&program);
	check_steps(&program);
	check_loop(&program);
	check_type(&program);
	check_refusals(&program);
	check_no_memory(&program, &maps_left);
	check_no_memory(&program, &allocations_left);
	program_deinit(&program);
	return test_done();
}
