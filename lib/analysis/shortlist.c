// SPDX-License-Identifier: MIT
#include "analysis/shortlist.h"

#include "base/guard.h"

#include <stdbool.h>
#include <stdlib.h>

// The positions chosen so far. They are few, so a linear search is fast enough.
struct choice {
	size_t *items;
	size_t count;
};

static void choice_add(struct choice *choice, size_t position)
{
	for (size_t i = 0; i < choice->count; i++)
		if (choice->items[i] == position)
			return;
	choice->items[choice->count++] = position;
}

static void choose_growing(struct choice *choice, const struct growth *growth, size_t limit)
{
	if (!growth)
		return;
	for (size_t i = 0; i < growth->container_count && choice->count < limit; i++) {
		if (growth->containers[i].length_delta <= 0)
			return; // they are sorted
		choice_add(choice, growth->containers[i].after);
	}
}

static bool is_shorter(const struct census *census, size_t left, size_t right)
{
	const struct census_container *a = &census->containers[left];
	const struct census_container *b = &census->containers[right];
	return a->length != b->length ? a->length < b->length : left > right;
}

// Restores the order of a heap with the shortest container at its top, after the top was replaced.
static void heap_sink(const struct census *census, size_t *heap, size_t count)
{
	for (size_t at = 0;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
			if (is_shorter(census, heap[child], heap[least]))
				least = child;
		if (least == at)
			return;
		size_t moved = heap[at];
		heap[at] = heap[least];
		heap[least] = moved;
		at = least;
	}
}

static void heap_rise(const struct census *census, size_t *heap, size_t at)
{
	while (at && is_shorter(census, heap[at], heap[(at - 1) / 2])) {
		size_t moved = heap[at];
		heap[at] = heap[(at - 1) / 2];
		heap[(at - 1) / 2] = moved;
		at = (at - 1) / 2;
	}
}

// Puts the longest containers into heap, longest first; returns their number.
static size_t find_longest(const struct census *census, size_t *heap, size_t limit)
{
	size_t count = 0;
	for (size_t i = 0; i < census->container_count; i++) {
		if (count < limit) {
			heap[count] = i;
			heap_rise(census, heap, count++);
		} else if (is_shorter(census, heap[0], i)) {
			heap[0] = i;
			heap_sink(census, heap, count);
		}
	}
	for (size_t rest = count; rest > 1;) {
		size_t shortest = heap[0];
		heap[0] = heap[--rest];
		heap[rest] = shortest;
		heap_sink(census, heap, rest);
	}
	return count;
}

enum status shortlist_create(const struct census *census, const struct growth *since_baseline,
	const struct growth *since_previous, size_t limit, size_t **ret, size_t *ret_count)
{
	if (limit > census->container_count)
		limit = census->container_count;
	AUTO(freep) size_t *items = calloc(limit + 1, sizeof(*items));
	AUTO(freep) size_t *longest = calloc(limit + 1, sizeof(*longest));
	if (!items || !longest)
		return STATUS_NO_MEMORY;

	struct choice choice = {.items = items};
	choose_growing(&choice, since_baseline, (limit + 1) / 2);
	choose_growing(&choice, since_previous, limit - limit / 4);
	size_t count = limit ? find_longest(census, longest, limit) : 0;
	for (size_t i = 0; i < count && choice.count < limit; i++)
		choice_add(&choice, longest[i]);
	*ret = take_ptr(items);
	*ret_count = choice.count;
	return STATUS_OK;
}
