// SPDX-License-Identifier: MIT
#include "store/choose.h"

#include "result/census.h"
#include "store/run.h"
#include "store/store.h"

#include <stdlib.h>

// The shortest length that is among the longest, of which there may be more than one: a heap of the
// limit's size whose first is the smallest.
static void sift_down(uint64_t *heap, size_t count)
{
	for (size_t at = 0;;) {
		size_t least = 2 * at + 1;
		if (least >= count)
			return;
		if (least + 1 < count && heap[least + 1] < heap[least])
			least++;
		if (heap[at] <= heap[least])
			return;
		uint64_t length = heap[at];
		heap[at] = heap[least];
		heap[least] = length;
		at = least;
	}
}

// Containers longer than the result are the longest: fewer than the limit. Those that are just as
// long stay out, since which of them would be in could change from sample to sample.
static uint64_t least_length(const struct census *census)
{
	uint64_t heap[STORE_CONTAINERS_MAX] = {0};
	for (size_t i = 0; i < census->container_count; i++) {
		if (census->containers[i].length <= heap[0])
			continue;
		heap[0] = census->containers[i].length;
		sift_down(heap, STORE_CONTAINERS_MAX);
	}
	return heap[0];
}

enum status choose_containers(const struct census *census, const struct run *run,
	size_t **ret, size_t *ret_count, uint64_t *ret_least)
{
	size_t *chosen = malloc((census->container_count + 1) * sizeof(*chosen));
	if (!chosen)
		return STATUS_NO_MEMORY;
	// One that is incomplete itself, read from another file, promises no more than it did there.
	uint64_t least = least_length(census);
	least = least > census->least_length ? least : census->least_length;
	size_t count = 0;
	for (size_t i = 0; i < census->container_count; i++) {
		const struct census_container *container = &census->containers[i];
		bool is_long = container->length > least;
		if (container->type < census->type_count &&
			(is_long || container->path || run_find(run, container->address)))
			chosen[count++] = i;
	}
	*ret = chosen;
	*ret_count = count;
	*ret_least = least;
	return STATUS_OK;
}
