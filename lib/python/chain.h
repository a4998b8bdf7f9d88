// SPDX-License-Identifier: MIT
// Notices that a linked list of the target runs in a circle, without remembering all of it and
// whatever length it claims to have.
#pragma once

#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// R. Brent's method: keeps one node as a mark, and moves the mark on after 1, 2, 4, 8, ... steps. {0}
// before the first node.
struct chain {
	addr_t mark;
	uint64_t steps, limit;
};

// Whether node, the next one of the list, was met before. It may take up to three rounds of a
// circle to say so.
static inline bool chain_closes(struct chain *chain, addr_t node)
{
	if (chain->limit && node == chain->mark)
		return true;
	if (chain->steps++ >= chain->limit) {
		chain->mark = node;
		chain->limit = chain->limit ? chain->limit * 2 : 1;
		chain->steps = 0;
	}
	return false;
}
