// SPDX-License-Identifier: MIT
// Notices that a linked list of the target runs in a circle, without remembering all of it.
#pragma once

#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// Brent's algorithm: keeps one node as a mark, and moves the mark on after 1, 2, 4, 8, ... steps. {0}
// before the first node.
struct circle {
	addr_t mark;
	uint64_t steps, limit;
};

// Whether node, the next one of the list, was met before. It may take up to three rounds of a
// circle to say so.
static inline bool circle_closes(struct circle *circle, addr_t node)
{
	if (circle->limit && node == circle->mark)
		return true;
	if (circle->steps++ >= circle->limit) {
		circle->mark = node;
		circle->limit = circle->limit ? circle->limit * 2 : 1;
		circle->steps = 0;
	}
	return false;
}
