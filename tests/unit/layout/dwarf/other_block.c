// SPDX-License-Identifier: MIT
#include "other_block.h"

struct BLOCK {
	int first, second, third;
};

struct lru_list_elem {
	void *next;
};

static struct {
	struct BLOCK block;
	struct lru_list_elem link;
} kept;

size_t other_block_size(void)
{
	return sizeof(kept.block) + (kept.link.next != NULL);
}
