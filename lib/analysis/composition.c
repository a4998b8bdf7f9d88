// SPDX-License-Identifier: MIT
#include "analysis/composition.h"

#include "result/reading.h"

// Figures of a file are not trusted: their sum may overflow, and their difference may be negative.
static uint64_t rest_of(uint64_t whole, double parts)
{
	if ((double)whole <= parts)
		return 0;
	return parts < 1 ? whole : (uint64_t)((double)whole - parts);
}

struct composition composition_of(const struct reading *reading)
{
	const struct memory_usage *memory = &reading->memory;
	struct composition ret = {
		.has_heap = reading->has_heap,
		.has_split = memory->has_split,
		.has_other = reading->has_heap && memory->has_split,
	};
	if (ret.has_heap) {
		ret.python = reading->totals.bytes;
		ret.pymalloc_free = reading->totals.pymalloc_free_bytes;
	}
	if (ret.has_split) {
		ret.files = memory->file_bytes;
		ret.stacks = memory->stack_bytes;
		ret.shared = memory->shared_bytes;
	}
	if (ret.has_other) {
		double known = (double)ret.python + (double)ret.pymalloc_free + (double)ret.files;
		ret.other = rest_of(memory->rss_bytes, known);
		ret.other_heap = rest_of(ret.other, (double)ret.stacks + (double)ret.shared);
	}
	return ret;
}
