// SPDX-License-Identifier: MIT
// The words in which frames keep their objects.
#pragma once

#include "layout/layout.h"
#include "result/address.h"

#include <stdint.h>

// The object that a word of a frame refers to, 0 where none. Up to 3.13 the word is the pointer. Since
// 3.14 it is tagged (Include/internal/pycore_stackref.h): the lowest bit says that the reference is
// not counted, alone it is NULL; 3 in the two lowest is an integer, 2 an internal mark (3.15).
static inline addr_t stack_ref_object(const struct layout *layout, uint64_t word)
{
	if (!layout->traits.has_tagged_stack_refs)
		return word;
	return word & 2 ? 0 : word & ~(uint64_t)1;
}
