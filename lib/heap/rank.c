// SPDX-License-Identifier: MIT
#include "heap/rank.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { WORD_SPAN = 1 << (VISITED_GRAIN_BITS + VISITED_WORD_BITS) }; // bytes of memory per word

enum status rank_init(struct rank *rank, const struct visited *visited, const struct image *image)
{
	*rank = (struct rank){.visited = visited, .image = image};
	rank->chunks = calloc(IMAGE_CHUNKS, sizeof(*rank->chunks));
	return rank->chunks ? STATUS_OK : STATUS_NO_MEMORY;
}

void rank_deinit(struct rank *rank)
{
	for (size_t i = 0; rank->chunks && i < IMAGE_CHUNKS; i++)
		if (rank->chunks[i])
			munmap(rank->chunks[i], RANK_CHUNK_BYTES);
	free(rank->chunks);
	*rank = (struct rank){0};
}

// The ranks of the chunk that contains an address; made, and zero, if they do not exist yet.
static uint32_t *find_chunk(struct rank *rank, addr_t address)
{
	uint32_t **chunk = &rank->chunks[address >> IMAGE_CHUNK_BITS];
	if (!*chunk) {
		void *memory = mmap(NULL, RANK_CHUNK_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (memory == MAP_FAILED)
			return NULL;
		*chunk = memory;
	}
	return *chunk;
}

enum status rank_step(struct rank *rank, size_t budget)
{
	addr_t start, end;
	while (budget) {
		if (!image_next_range(rank->image, rank->at, &start, &end))
			return STATUS_OK;
		if (rank->at < start)
			rank->at = start;
		for (; rank->at < end && budget; budget--, rank->at += WORD_SPAN) {
			const uint64_t *word = visited_word(rank->visited, rank->at);
			uint32_t *ranks = word ? find_chunk(rank, rank->at) : NULL;
			if (word && !ranks)
				return STATUS_NO_MEMORY;
			if (!word)
				continue;
			ranks[(uint32_t)rank->at / WORD_SPAN] = rank->count;
			rank->count += rank_count_bits(*word);
		}
	}
	return STATUS_MORE;
}
