// SPDX-License-Identifier: MIT
// Detects that a linked list of the target is a cycle, without remembering its nodes and whatever
// length the list claims to have.
#pragma once

#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// R. Brent's algorithm: keeps one node as a mark, and moves the mark after 1, 2, 4, 8, ... steps.
// {0} before the first node.
struct chain {
	addr_t mark;
	uint64_t steps, limit;
};

// Whether node, the next one of the list, was met before. It may take up to three rounds of a cycle
// until this returns true.
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
