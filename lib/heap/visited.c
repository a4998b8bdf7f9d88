// SPDX-License-Identifier: MIT
#include "heap/visited.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE_SIZE = 2 << 20 };

enum status visited_init(struct visited *visited)
{
	visited->chunks = calloc(IMAGE_CHUNKS, sizeof(*visited->chunks));
	return visited->chunks ? STATUS_OK : STATUS_NO_MEMORY;
}

void visited_deinit(struct visited *visited)
{
	if (!visited || !visited->chunks)
		return;
	for (size_t i = 0; i < IMAGE_CHUNKS; i++)
		if (visited->chunks[i])
			munmap(visited->chunks[i], VISITED_CHUNK_BYTES);
	free(visited->chunks);
	visited->chunks = NULL;
}

enum status visited_add_chunk(struct visited *visited, addr_t addr)
{
	uint64_t **chunk = &visited->chunks[addr >> IMAGE_CHUNK_BITS];
	if (*chunk)
		return STATUS_OK;
	void *memory = mmap(NULL, VISITED_CHUNK_BYTES + HUGE_PAGE_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return STATUS_NO_MEMORY;
	// The bits of objects that are met one after the other are scattered over the set. With
	// huge pages (one covers 256 MiB of the target) there are few TLB misses.
	uintptr_t start =
		((uintptr_t)memory + HUGE_PAGE_SIZE - 1) & ~((uintptr_t)HUGE_PAGE_SIZE - 1);
	size_t before = start - (uintptr_t)memory;
	if (before)
		munmap(memory, before);
	if (before < HUGE_PAGE_SIZE)
		munmap((char *)start + VISITED_CHUNK_BYTES, HUGE_PAGE_SIZE - before);
	madvise((void *)start, VISITED_CHUNK_BYTES, MADV_HUGEPAGE);
	*chunk = (uint64_t *)start;
	return STATUS_OK;
}
