// SPDX-License-Identifier: MIT
// What the resident memory of a process consists of, as far as a sample knows.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct reading;

// In bytes. Python objects and pymalloc's free memory count even if they are swapped out, so the
// others may come out too small, but never negative.
struct composition {
	bool has_heap; // the next two are known
	uint64_t python, pymalloc_free;
	bool has_split; // the three figures of mappings are known
	uint64_t files, stacks, shared;
	bool has_other; // has_heap and has_split: the next two are known
	// RSS without Python objects, pymalloc's free memory, and files. other_heap: malloc's
	// blocks, memory of native libraries, and fragmentation; other also has stacks and shared
	// memory.
	uint64_t other, other_heap;
};

struct composition composition_of(const struct reading *reading);
