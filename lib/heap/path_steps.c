// SPDX-License-Identifier: MIT
#include "heap/path_steps.h"

#include "heap/instance.h"
#include "heap/walk_state.h"

#include <stdlib.h>

struct wanted_step {
	addr_t to;
	uint32_t from; // node
	bool found;
	struct path_step step;
};

void path_steps_deinit(struct path_steps *steps)
{
	if (steps)
		array_deinit(&steps->wanted);
}

enum status path_steps_want(
	struct path_steps *steps, const struct walk *walk, uint32_t from, uint32_t to)
{
	void *item;
	enum status status = array_add(&steps->wanted, sizeof(struct wanted_step), &item);
	if (status)
		return status;
	*(struct wanted_step *)item =
		(struct wanted_step){.from = from, .to = walk_nodes(walk)[to].address};
	return STATUS_OK;
}

static int compare_steps(const void *left, const void *right)
{
	const struct wanted_step *a = left, *b = right;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

// Ways that share steps ask for them more than once.
static void remove_duplicates(struct array *wanted)
{
	struct wanted_step *steps = wanted->items;
	size_t kept = 0;
	for (size_t i = 0; i < wanted->count; i++)
		if (!i || compare_steps(&steps[i], &steps[kept - 1]))
			steps[kept++] = steps[i];
	wanted->count = kept;
}

// Looks for the references to some addresses among those of one object. Most references are not
// wanted, which a few bits of the address tell.
struct step_finder {
	struct visitor base; // first
	struct wanted_step *steps;
	size_t count;
	uint64_t filter[16];
};

static unsigned filter_bit(addr_t address)
{
	return address * UINT64_C(0x9e3779b97f4a7c15) >> 54;
}

static int compare_address(const void *key, const void *item)
{
	addr_t address = *(const addr_t *)key, to = ((const struct wanted_step *)item)->to;
	return (address > to) - (address < to);
}

static void step_finder_edge(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct step_finder *finder = (struct step_finder *)visitor;
	unsigned bit = filter_bit(to);
	if (!(finder->filter[bit / 64] >> bit % 64 & 1))
		return;
	struct wanted_step *step =
		bsearch(&to, finder->steps, finder->count, sizeof(*finder->steps), compare_address);
	if (!step || step->found)
		return;
	step->found = true;
	step->step = (struct path_step){edge, detail};
}

// The steps are all that leave the same node.
static void find_from(const struct walk *walk, struct wanted_step *steps, size_t count)
{
	struct step_finder finder = {
		.base = {.edge = step_finder_edge}, .steps = steps, .count = count};
	for (size_t i = 0; i < count; i++) {
		unsigned bit = filter_bit(steps[i].to);
		finder.filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
	struct object object;
	if (!object_read(walk->heap, walk_nodes(walk)[steps->from].address, &object))
		return;
	// What can be read is reported whatever the status, and that is what the walk had too.
	enum status status = object_edges(walk->heap, &object, &finder.base);
	(void)status;
}

void path_steps_find(struct path_steps *steps, const struct walk *walk)
{
	struct wanted_step *items = steps->wanted.items;
	if (!steps->wanted.count)
		return;
	qsort(items, steps->wanted.count, sizeof(*items), compare_steps);
	remove_duplicates(&steps->wanted);
	size_t begin = 0;
	for (size_t end = 1; end <= steps->wanted.count; end++) {
		if (end < steps->wanted.count && items[end].from == items[begin].from)
			continue;
		find_from(walk, items + begin, end - begin);
		begin = end;
	}
}

bool path_steps_get(const struct path_steps *steps, const struct walk *walk, uint32_t from,
	uint32_t to, struct path_step *ret)
{
	struct wanted_step key = {.from = from, .to = walk_nodes(walk)[to].address};
	const struct wanted_step *step =
		bsearch(&key, steps->wanted.items, steps->wanted.count, sizeof(key), compare_steps);
	if (!step || !step->found)
		return false;
	*ret = step->step;
	return true;
}
