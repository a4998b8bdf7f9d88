// SPDX-License-Identifier: MIT
// The rank of an address in a set of objects: how many members have smaller addresses. For each
// word of the set's bits one number says how many members come before that word.
#pragma once

#include "base/error.h"
#include "heap/visited.h"
#include "result/address.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

// Ranks in a visited set that does not grow any more. {0} is empty; rank_step() fills it in slices.
// Only the inline functions below read it.
struct rank {
	const struct visited *visited;
	const struct image *image;
	uint32_t **chunks; // IMAGE_CHUNKS pointers to a number for each word, or NULL
	addr_t at;	   // ranks are known below this address
	uint32_t count;	   // members below at
};

enum { RANK_CHUNK_BYTES = VISITED_CHUNK_BYTES / 2 }; // 4 bytes for each word of 8

// image must hold the pages of all members. Both are borrowed. STATUS_NO_MEMORY.
must_check enum status rank_init(
	struct rank *rank, const struct visited *visited, const struct image *image);
void rank_deinit(struct rank *rank);

// Processes about budget words of the set. STATUS_MORE: call again; STATUS_OK: done.
// STATUS_NO_MEMORY.
must_check enum status rank_step(struct rank *rank, size_t budget);

// The most bytes that the ranks of a set over that much memory take.
static inline uint64_t rank_bytes(uint64_t held_bytes)
{
	return visited_bytes(held_bytes) / 2;
}

static inline uint32_t rank_count_bits(uint64_t word)
{
	// Add in parallel: sums of 2, 4 and 8 bits; the highest byte of the product is the sum of
	// all.
	word -= word >> 1 & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

// Prefetches what rank_of() reads. For any address below 2^IMAGE_ADDRESS_BITS.
static inline void rank_fetch(const struct rank *rank, addr_t address)
{
	const uint32_t *chunk = rank->chunks[address >> IMAGE_CHUNK_BITS];
	size_t word = (uint32_t)address >> (VISITED_GRAIN_BITS + VISITED_WORD_BITS);
	__builtin_prefetch(visited_word(rank->visited, address));
	if (chunk)
		__builtin_prefetch(chunk + word);
}

// The rank of an address for which visited_has() is true; the same for all addresses in its 16
// bytes.
static inline uint32_t rank_of(const struct rank *rank, addr_t address)
{
	const uint64_t *word = visited_word(rank->visited, address);
	assert(word);
	uint32_t before = rank->chunks[address >> IMAGE_CHUNK_BITS]
				      [(uint32_t)address >> (VISITED_GRAIN_BITS + VISITED_WORD_BITS)];
	return before + rank_count_bits(*word & (visited_bit(address) - 1));
}
