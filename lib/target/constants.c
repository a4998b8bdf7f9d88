// SPDX-License-Identifier: MIT
#include "target/constants.h"

#include "target/image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void chunks_free(struct constants *constants)
{
	vector_for_each(chunk, &constants->chunks)
		constant_chunk_free(chunk->bytes, chunk->size);
	constants->chunks.count = 0;
}

void constants_deinit(struct constants *constants)
{
	chunks_free(constants);
	constant_maps_deinit(&constants->maps);
	constant_runs_deinit(&constants->runs);
	constant_chunks_deinit(&constants->chunks);
	*constants = (struct constants){0};
}

const void *constants_at(const struct constants *constants, addr_t addr, size_t size)
{
	const struct constant_run *runs = constants->runs.items;
	size_t low = 0;
	size_t high = constants->runs.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (runs[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == constants->runs.count || runs[low].start > addr || size > runs[low].end - addr)
		return NULL;
	return runs[low].bytes + (addr - runs[low].start);
}

// A huge page must be aligned to its size: maps that much more, and unmaps what is not needed
// before and after.
static void *map_aligned(size_t size)
{
	size_t spare = size >= IMAGE_HUGE_PAGE_SIZE ? IMAGE_HUGE_PAGE_SIZE : 0;
	char *got = mmap(NULL, size + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	if (got == MAP_FAILED || !spare)
		return got;
	size_t before = -(uintptr_t)got & (IMAGE_HUGE_PAGE_SIZE - 1);
	if (before)
		munmap(got, before);
	munmap(got + before + size, spare - before);
	return got + before;
}

// Rounds up to huge pages if that wastes at most half of one.
static size_t chunk_size(size_t size)
{
	size_t mask = (size < IMAGE_HUGE_PAGE_SIZE / 2 ? 1 << 16 : IMAGE_HUGE_PAGE_SIZE) - 1;
	return (size + mask) & ~mask;
}

void *constant_chunk_create(size_t size)
{
	size = chunk_size(size);
	void *bytes = map_aligned(size);
	if (bytes == MAP_FAILED)
		return NULL;
	// These are only hints. The target's bytes must be neither in a core dump of ours nor in
	// our children.
	if (size >= IMAGE_HUGE_PAGE_SIZE)
		madvise(bytes, size, MADV_HUGEPAGE);
	madvise(bytes, size, MADV_DONTDUMP);
	madvise(bytes, size, MADV_DONTFORK);
	return bytes;
}

void constant_chunk_free(void *bytes, size_t size)
{
	if (bytes)
		munmap(bytes, chunk_size(size));
}

static int run_compare(const void *left, const void *right)
{
	const struct constant_run *a = left;
	const struct constant_run *b = right;
	return (a->start > b->start) - (a->start < b->start);
}

enum status constants_add_take(struct constants *constants, void *bytes, size_t size,
	const struct constant_run *runs, size_t count)
{
	enum status status = constant_runs_reserve(&constants->runs, constants->runs.count + count);
	if (!status)
		status = constant_chunks_add(
			&constants->chunks, (struct constant_chunk){bytes, size});
	if (status) {
		constant_chunk_free(bytes, size);
		return status;
	}
	for (size_t i = 0; i < count; i++) {
		constants->runs.items[constants->runs.count++] = runs[i];
		constants->held_bytes += runs[i].end - runs[i].start;
	}
	constant_runs_sort(&constants->runs, run_compare);
	return STATUS_OK;
}

static int map_compare(const void *left, const void *right)
{
	const struct constant_map *a = left;
	const struct constant_map *b = right;
	return (a->start > b->start) - (a->start < b->start);
}

// Whether the mapping that a run is in was, unchanged, also in the last capture.
static bool is_kept(const struct constants *constants, const struct constant_map *map)
{
	const struct constant_map *same = constant_maps_find(&constants->maps, map, map_compare);
	return same && !memcmp(same, map, sizeof(*map));
}

// Keeps the runs in mappings that did not change. Both lists are ascending.
static void forget_others(
	struct constants *constants, const struct constant_map *maps, size_t count)
{
	struct constant_run *runs = constants->runs.items;
	size_t kept = 0;
	uint64_t bytes = 0;
	for (size_t i = 0, map = 0; i < constants->runs.count; i++) {
		while (map < count && maps[map].end <= runs[i].start)
			map++;
		if (map == count || maps[map].start > runs[i].start ||
			maps[map].end < runs[i].end || !is_kept(constants, &maps[map]))
			continue;
		bytes += runs[i].end - runs[i].start;
		runs[kept++] = runs[i];
	}
	constants->runs.count = kept;
	constants->held_bytes = bytes;
}

static uint64_t chunk_bytes(const struct constants *constants)
{
	uint64_t bytes = 0;
	vector_for_each(chunk, &constants->chunks)
		bytes += chunk->size;
	return bytes;
}

enum status constants_set_maps(
	struct constants *constants, const struct constant_map *maps, size_t count)
{
	forget_others(constants, maps, count);
	enum status status = constant_maps_reserve(&constants->maps, count);
	// Releases memory if most of it belongs to libraries that were unloaded.
	if (status || constants->held_bytes < chunk_bytes(constants) / 2) {
		constants->runs.count = 0;
		constants->held_bytes = 0;
		chunks_free(constants);
	}
	constants->maps.count = 0;
	if (status)
		return status;
	if (count)
		memcpy(constants->maps.items, maps, count * sizeof(*maps));
	constants->maps.count = count;
	return STATUS_OK;
}
