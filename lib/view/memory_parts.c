// SPDX-License-Identifier: MIT
#include "view/memory_parts.h"

// Which reading of the kernel, or the walk, a figure comes from: where that failed it is not 0.
enum source { FROM_RSS, FROM_DETAILS, FROM_SPLIT, FROM_CENSUS, FROM_BLOCKS };

struct part {
	const char *name;
	enum source source;
	size_t offset; // in struct memory_usage or struct census_totals
};

#define MEMORY(field) offsetof(struct memory_usage, field)
#define TOTAL(field) offsetof(struct census_totals, field)

static const struct part parts[MEMORY_PARTS] = {
	{"resident (RSS)", FROM_RSS, MEMORY(rss_bytes)},
	{"proportional share (PSS)", FROM_DETAILS, MEMORY(pss_bytes)},
	{"its own alone (USS)", FROM_DETAILS, MEMORY(uss_bytes)},
	{"swapped out", FROM_DETAILS, MEMORY(swap_bytes)},
	{"Python objects", FROM_CENSUS, TOTAL(bytes)},
	{"pymalloc arenas", FROM_CENSUS, TOTAL(pymalloc_arena_bytes)},
	{"pymalloc in use", FROM_CENSUS, TOTAL(pymalloc_used_bytes)},
	{"pymalloc free", FROM_CENSUS, TOTAL(pymalloc_free_bytes)},
	{"pymalloc not reached", FROM_BLOCKS, TOTAL(unreached_bytes)},
	{"heap (brk)", FROM_SPLIT, MEMORY(brk_bytes)},
	{"anonymous", FROM_SPLIT, MEMORY(anonymous_bytes)},
	{"files", FROM_SPLIT, MEMORY(file_bytes)},
	{"stacks", FROM_SPLIT, MEMORY(stack_bytes)},
	{"shared", FROM_SPLIT, MEMORY(shared_bytes)},
};

const char *memory_part_name(size_t part)
{
	return parts[part].name;
}

bool memory_part_read(size_t number, const struct sample *sample, uint64_t *ret)
{
	const struct part *part = &parts[number];
	bool is_of_census = part->source == FROM_CENSUS || part->source == FROM_BLOCKS;
	if (!sample || (is_of_census && !sample->census) ||
		(part->source == FROM_BLOCKS && !sample->census->totals.has_blocks) ||
		(part->source == FROM_DETAILS && !sample->memory.has_details) ||
		(part->source == FROM_SPLIT && !sample->memory.has_split))
		return false;
	const char *base = is_of_census ? (const char *)&sample->census->totals
					: (const char *)&sample->memory;
	*ret = *(const uint64_t *)(const void *)(base + part->offset);
	return true;
}
