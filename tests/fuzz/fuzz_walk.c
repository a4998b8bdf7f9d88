// SPDX-License-Identifier: MIT
// The walk over a heap whose objects are nonsense: of every kind there are a few, whose words the
// input chooses: small numbers, pointers to each other, to the bytes behind them, or anywhere. It
// must end, meet no address twice, and read nothing outside the image.
#include "alloc/allocator.h"
#include "base/guard.h"
#include "base/text.h"
#include "fuzz.h"
#include "graph/graph.h"
#include "heap/census_builder.h"
#include "heap/collector.h"
#include "heap/fillers.h"
#include "heap/graph_builder.h"
#include "heap/kind/kind.h"
#include "heap/naming.h"
#include "heap/walk.h"
#include "result/census.h"

#include "../unit/heap/fake_heap.h"

enum {
	TYPES_MAX = 400,
	OBJECTS_EACH = 2,
	OBJECTS_MAX = TYPES_MAX * OBJECTS_EACH,
	OBJECT_SIZE_MAX = 512,
	DATA_SIZE = 4096,
	STEP_BUDGET = 1000,
	STEPS_MAX = 10000,
};

struct nonsense {
	struct fake fake;
	const uint8_t *input;
	size_t left;
	addr_t objects[OBJECTS_MAX];
	uint64_t sizes[OBJECTS_MAX];
	unsigned count;
	addr_t data; // DATA_SIZE bytes for arrays, tables and strings
};

static uint8_t next_byte(struct nonsense *nonsense)
{
	if (!nonsense->left)
		return 0;
	nonsense->left--;
	return *nonsense->input++;
}

static uint64_t next_word(struct nonsense *nonsense)
{
	uint8_t byte = next_byte(nonsense);
	if (byte < 64)
		return byte;
	if (byte < 128) // an object
		return nonsense->objects[(byte * 256u + next_byte(nonsense)) % nonsense->count];
	if (byte < 192)
		return nonsense->data + (byte - 128) * (DATA_SIZE / 64) + next_byte(nonsense) % 64;
	if (byte < 224) // somewhere in the image
		return FAKE_START + (byte - 192) * (FAKE_SIZE / 32) + next_byte(nonsense) * 16u;
	if (byte < 240)
		return (uint64_t)byte << (next_byte(nonsense) % 57);
	return UINT64_MAX - next_byte(nonsense) % 16;
}

static void add_objects(struct nonsense *nonsense, addr_t type, uint64_t basicsize)
{
	for (unsigned i = 0; i < OBJECTS_EACH && nonsense->count < OBJECTS_MAX; i++) {
		uint64_t size = basicsize < OBJECT_SIZE_MAX ? basicsize : OBJECT_SIZE_MAX;
		nonsense->sizes[nonsense->count] = size;
		nonsense->objects[nonsense->count++] =
			fake_object(&nonsense->fake, type, size + 64);
	}
}

static void add_type(
	struct nonsense *nonsense, const struct kind *kind, const char *name, enum well_known known)
{
	struct fake *fake = &nonsense->fake;
	uint64_t basicsize = 256;
	if (kind->size_field != FIELD_COUNT && layout_has(&fake->layout, kind->size_field))
		basicsize = fake->layout.field[kind->size_field];
	addr_t type = known == WELL_KNOWN_COUNT ? 0 : fake->runtime.well_known[known];
	if (!type)
		type = fake_static_type(fake, name, basicsize, 0, TYPE_FLAG_GC, fake->object);
	if (known != WELL_KNOWN_COUNT)
		fake->runtime.well_known[known] = type;
	add_objects(nonsense, type, basicsize);
}

static void add_all_types(struct nonsense *nonsense)
{
	for (const struct kind *const *kind = kinds; *kind; kind++) {
		for (const enum well_known *known = (*kind)->types;
			known && *known != WELL_KNOWN_COUNT; known++)
			add_type(nonsense, *kind, "well.known", *known);
		for (const char *const *name = (*kind)->type_names; name && *name; name++)
			add_type(nonsense, *kind, *name, WELL_KNOWN_COUNT);
	}
	struct fake *fake = &nonsense->fake;
	addr_t class = fake_class(fake, "app", "Session", 64,
		TYPE_FLAG_MANAGED_DICT | TYPE_FLAG_INLINE_VALUES, fake->object, 2);
	add_objects(nonsense, class, 64);
	add_objects(nonsense, fake_class(fake, "app", "Cache", 96, 0, fake->dict, 1), 96);
	add_objects(nonsense, fake_static_type(fake, "c.Opaque", 128, 8, TYPE_FLAG_GC, fake->object),
		128);
}

// Everything behind the header of each object, and the data, as the input says.
static void fill(struct nonsense *nonsense)
{
	struct fake *fake = &nonsense->fake;
	nonsense->data = fake_allocate(fake, DATA_SIZE);
	for (unsigned i = 0; i < nonsense->count; i++)
		if (next_byte(nonsense) >= 240)
			fake_set(fake, nonsense->objects[i], FIELD_object_type, next_word(nonsense));
	for (unsigned i = 0; i < nonsense->count; i++)
		for (uint64_t at = 16; at < nonsense->sizes[i]; at += 8)
			fake_poke(fake, nonsense->objects[i] + at, next_word(nonsense));
	for (uint64_t at = 0; at < DATA_SIZE; at += 8)
		fake_poke(fake, nonsense->data + at, next_word(nonsense));
	for (unsigned i = 0; i < nonsense->count; i++)
		if (next_byte(nonsense) % 8 != 7)
			fake_track(fake, nonsense->objects[i]);
	// A list is found from a module, as everything is in a real heap.
	addr_t list = fake_list(fake, nonsense->objects, nonsense->count);
	addr_t name = fake_str(fake, "everything"), main_name = fake_str(fake, "__main__");
	addr_t module = fake_module(fake, &name, &list, 1);
	fake->interpreter.modules = fake_dict(fake, &main_name, &module, 1);
	// And some of what the interpreter state itself holds, threads among it.
	for (unsigned i = 0; i < 64; i++)
		fake_poke(fake, fake->interpreter.address + next_byte(nonsense) * 8u,
			next_word(nonsense));
}

// Of what is code and whatever it is said to do, some may fill the first containers.
static void look_for_fillers(const struct walk *walk, struct census *census)
{
	size_t positions[FILLERS_CONTAINERS_MAX], count = 0;
	while (count < FILLERS_CONTAINERS_MAX && count < census->container_count) {
		positions[count] = count;
		count++;
	}
	enum status status = fillers_find(walk, census, positions, count, &census->fillers);
	if (status && status != STATUS_NO_MEMORY)
		abort();
	vector_for_each(filler, &census->fillers)
		if (filler->container >= count || !filler->function || !filler->file)
			abort();
}

static void look_at(const struct walk *walk, const struct census_builder *builder)
{
	AUTO(census_destroyp) struct census *census = NULL;
	if (census_builder_finish(builder, &census, NULL))
		return;
	uint64_t objects = 0, apart = 0;
	for (size_t i = 0; i < census->type_count; i++)
		objects += census->types[i].count;
	for (size_t i = 0; i < census->interpreter_count; i++)
		apart += census->interpreters[i].objects;
	if (objects != census->totals.objects || (census->interpreter_count && apart != objects))
		abort();
	for (uint32_t i = 0; i < walk_count(walk); i += 7) {
		struct text text = {0};
		enum status status = naming_path(walk, i, i % 2, &text);
		if (!status && !text.bytes)
			abort();
		text_deinit(&text);
	}
	look_for_fillers(walk, census);
}

// The graph is made to its end; every edge leads to an object, and comes back.
static void look_at_graph(struct graph_builder *builder)
{
	enum status status = STATUS_MORE;
	for (unsigned step = 0; status == STATUS_MORE; step++) {
		if (step > STEPS_MAX)
			abort();
		status = graph_builder_step(builder, STEP_BUDGET, NULL);
	}
	if (status)
		return;
	struct graph graph = graph_builder_take(builder);
	uint64_t sources = 0;
	for (uint32_t node = 0; node < graph.node_count; node++)
		sources += graph_first_source(&graph, node + 1) - graph_first_source(&graph, node);
	for (uint32_t edge = 0; edge < graph.edge_count; edge++)
		if (graph_node(&graph, graph_edge(&graph, edge).target)->type == GRAPH_NONE)
			abort();
	if (sources != graph.edge_count)
		abort();
	graph_deinit(&graph);
}

static void walk_it(
	const struct fake *fake, const struct interpreter *interpreters, size_t count)
{
	AUTO(census_builder_destroyp) struct census_builder *builder = NULL;
	AUTO(graph_builder_destroyp) struct graph_builder *graph = NULL;
	AUTO(walk_destroyp) struct walk *walk = NULL;
	if (walk_create(&fake->heap, interpreters, count, &walk, NULL) ||
		census_builder_create(walk, &builder) || graph_builder_create(walk, &graph))
		return;
	enum status status = STATUS_MORE;
	for (unsigned step = 0; status == STATUS_MORE; step++) {
		if (step > STEPS_MAX)
			abort();
		status = walk_step(walk, STEP_BUDGET, NULL);
	}
	if (status)
		return;
	look_at(walk, builder);
	look_at_graph(graph);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t versions[] = {0x030b02, 0x030d05};
	struct nonsense *nonsense = calloc(1, sizeof(*nonsense));
	if (!nonsense)
		abort();
	nonsense->input = data;
	nonsense->left = size;
	struct fake *fake = &nonsense->fake;
	fake_init(fake, versions[next_byte(nonsense) % 2]);
	add_all_types(nonsense);
	fill(nonsense);
	walk_it(fake, &fake->interpreter, 1);
	// Another one with the same roots, and the lists that the data makes.
	struct interpreter pair[] = {fake->interpreter, fake->interpreter};
	pair[1].id = 1;
	pair[1].generations[0].head = nonsense->data;
	pair[1].modules = nonsense->objects[0];
	walk_it(fake, pair, 2);
	AUTO(freep) uint64_t *counts = NULL;
	size_t length;
	uint64_t total;
	enum status status =
		collector_count(&fake->heap, &fake->interpreter, 1, &counts, &length, &total, NULL);
	(void)status;
	pymalloc.measure(&fake->heap.python);
	fake_deinit(fake);
	free(nonsense);
	return 0;
}
