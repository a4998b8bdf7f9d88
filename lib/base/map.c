// SPDX-License-Identifier: MIT
#include "base/map.h"

#include <sys/auxv.h>

enum { SLOTS_FIRST = 32 };

// Three quarters of 2^32 slots, which are as many as 32 bits of hash tell apart.
static const uint64_t entries_max = UINT64_C(3) << 30;

uint32_t map_hash_bytes(const struct map_index *index, const void *bytes, size_t length)
{
	const char *at = bytes;
	size_t left = length;
	uint64_t word, hash = map_fold(length ^ index->secret[0], index->secret[1]);
	for (; left >= sizeof(word); left -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = map_fold(hash ^ word ^ index->secret[0], index->secret[1]);
	}
	word = 0;
	if (left)
		memcpy(&word, at, left);
	return map_hash_u64(index, hash ^ word);
}

// Sixteen random bytes that the kernel gives each program it starts (getauxval(3), AT_RANDOM). Where
// there are none, the fractions of the square roots of 2 and 3 serve. Factors are odd,
// so that no bit of the other is lost.
static void read_secret(uint64_t ret[2])
{
	const void *bytes = (const void *)getauxval(AT_RANDOM); // NOLINT: an address in a number
	ret[0] = UINT64_C(0x6a09e667f3bcc908);
	ret[1] = UINT64_C(0xbb67ae8584caa73b);
	if (bytes)
		memcpy(ret, bytes, 2 * sizeof(*ret));
	ret[0] |= 1;
	ret[1] |= 1;
}

static void put(uint64_t *slots, size_t mask, uint64_t taken)
{
	size_t i = (size_t)(taken >> 32) & mask;
	while (slots[i])
		i = (i + 1) & mask;
	slots[i] = taken;
}

enum status map_index_reserve(struct map_index *index, size_t count)
{
	if (index->slots && count <= (index->mask + 1) / 4 * 3)
		return STATUS_OK;
	if (count > entries_max)
		return STATUS_NO_MEMORY;
	size_t slot_count = SLOTS_FIRST;
	while (slot_count / 4 * 3 < count)
		slot_count *= 2;
	uint64_t *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return STATUS_NO_MEMORY;
	if (!index->slots)
		read_secret(index->secret);
	for (size_t i = 0; index->slots && i <= index->mask; i++)
		if (index->slots[i])
			put(slots, slot_count - 1, index->slots[i]);
	free(index->slots);
	index->slots = slots;
	index->mask = slot_count - 1;
	return STATUS_OK;
}

void map_index_add(struct map_index *index, uint32_t hash)
{
	index->count++;
	put(index->slots, index->mask, (uint64_t)hash << 32 | index->count);
}
