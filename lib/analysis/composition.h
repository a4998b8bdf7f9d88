// SPDX-License-Identifier: MIT
// What the resident memory of a process is made of, as far as a sample knows it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct reading;

// In bytes. Objects and pymalloc's free memory that are swapped out are counted all the same, so
// that the others may come out short; they are never below 0.
struct composition {
	bool has_heap; // the next two are known
	uint64_t python, pymalloc_free;
	bool has_split; // the next three are known
	uint64_t files, stacks, shared;
	bool has_other; // the next two are known: both of the above are
	// RSS but for Python objects, what pymalloc keeps free, and files: malloc's blocks, native
	// libraries' and fragmentation, which are other_heap, and stacks and shared memory.
	uint64_t other, other_heap;
};

struct composition composition_of(const struct reading *reading);
