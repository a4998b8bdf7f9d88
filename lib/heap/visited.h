// SPDX-License-Identifier: MIT
// A set of objects: one bit for every 16 bytes of address space, mapped on demand.
//
// One bit is enough also for objects that are not aligned to 16 bytes (static ones): an object
// takes at least 16 bytes, so two never begin in the same 16.
#pragma once

#include "base/error.h"
#include "result/address.h"
#include "target/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VISITED_GRAIN_BITS = 4,
	VISITED_WORD_BITS = 6,
	VISITED_CHUNK_BYTES = 1 << (IMAGE_CHUNK_BITS - VISITED_GRAIN_BITS - 3),
};

// Only the inline functions below read it.
struct visited {
	uint64_t **chunks; // IMAGE_CHUNKS pointers to VISITED_CHUNK_BYTES, or NULL
};

must_check enum status visited_init(struct visited *visited);
void visited_deinit(struct visited *visited);

// Maps the chunk of an address. STATUS_NO_MEMORY.
must_check enum status visited_add_chunk(struct visited *visited, addr_t addr);

// The most bytes that the set takes for an image of held_bytes. Computed, because the kernel's
// count of pages that were touched is too coarse for a limit.
static inline uint64_t visited_bytes(uint64_t held_bytes)
{
	return held_bytes >> (VISITED_GRAIN_BITS + 3);
}

// The word for an address below 2^IMAGE_ADDRESS_BITS; NULL: its chunk is not mapped yet.
static inline uint64_t *visited_word(const struct visited *visited, addr_t addr)
{
	uint64_t *chunk = visited->chunks[addr >> IMAGE_CHUNK_BITS];
	uint32_t word = (uint32_t)addr >> (VISITED_GRAIN_BITS + VISITED_WORD_BITS);
	return chunk ? chunk + word : NULL;
}

static inline uint64_t visited_bit(addr_t addr)
{
	return UINT64_C(1) << (addr >> VISITED_GRAIN_BITS & 63);
}

static inline bool visited_has(const struct visited *visited, addr_t addr)
{
	if (addr >> IMAGE_ADDRESS_BITS)
		return false;
	const uint64_t *word = visited_word(visited, addr);
	return word && *word & visited_bit(addr);
}
