// SPDX-License-Identifier: MIT
#include "heap/enumerator.h"

static bool next_in_lists(struct enumerator *enumerator, struct found *ret)
{
	ret->size = 0;
	bool good = collector_next(&enumerator->tracked, &ret->address);
	ret->interpreter = (uint32_t)enumerator->tracked.interpreter;
	enumerator->is_broken = enumerator->tracked.is_broken;
	return good;
}

static bool next_in_pools(struct enumerator *enumerator, struct found *ret)
{
	ret->interpreter = 0;
	return block_cursor_next(&enumerator->blocks, &ret->address, &ret->size);
}

void enumerator_init(struct enumerator *enumerator, enum enumeration enumeration,
	const struct heap *heap, const struct interpreter *interpreters, size_t interpreter_count)
{
	enumerator->is_broken = false;
	switch (enumeration) {
	case ENUMERATE_TRACKED:
		enumerator->next = next_in_lists;
		collector_cursor_init(&enumerator->tracked, heap, interpreters, interpreter_count);
		break;
	case ENUMERATE_BLOCKS:
		enumerator->next = next_in_pools;
		block_cursor_init(&enumerator->blocks, heap);
		break;
	}
}
