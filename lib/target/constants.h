// SPDX-License-Identifier: MIT
// Memory of a target that its program does not write to: constants of C code, such as the names of
// types, and the headers of ELF files. They are copied like the image with the objects, so that a
// walk need not read a process that may have changed or ended.
//
// These bytes are not objects. They are needed some hundred times a sample and consist of thousands
// of small pieces, so they are stored compactly: not at addresses that follow from theirs, as in an
// image, but found by binary search.
#pragma once

#include "base/error.h"
#include "base/vector.h"
#include "result/address.h"

#include <stddef.h>
#include <stdint.h>

// The parts of a mapping that tell whether it is the same as in an earlier capture.
struct constant_map {
	addr_t start, end;
	uint64_t offset, device, inode;
};

VECTOR(constant_maps, struct constant_map)

// Bytes [start, end) of the target.
struct constant_run {
	addr_t start, end;
	const uint8_t *bytes; // in one of the chunks
};

VECTOR(constant_runs, struct constant_run)

// A block of our memory.
struct constant_chunk {
	void *bytes;
	size_t size;
};

VECTOR(constant_chunks, struct constant_chunk)

// {0} is empty. Used by its own functions and by the code that fills it.
struct constants {
	struct constant_maps maps; // ascending: the mappings of the runs
	struct constant_runs runs; // ascending and disjoint
	struct constant_chunks chunks;
	uint64_t held_bytes;	 // in runs
	uint64_t left_out_bytes; // resident in the target, but more than we keep
};

void constants_deinit(struct constants *constants);

// The size bytes at addr; NULL: they are not in one run. addr and size may have any value. The
// pointer is valid until the next capture.
const void *constants_at(const struct constants *constants, addr_t addr, size_t size);

// Allocates memory for size bytes that will be read, in huge pages if possible, because faulting in
// is the largest part of the cost. NULL: there is none. Release it with constant_chunk_free().
void *constant_chunk_create(size_t size);
void constant_chunk_free(void *bytes, size_t size);

// Takes over a chunk of size bytes with its runs, which must not overlap existing ones. Frees the
// chunk if there is no memory for the table. STATUS_NO_MEMORY.
must_check enum status constants_add_take(struct constants *constants, void *bytes, size_t size,
	const struct constant_run *runs, size_t count);

// Sets the mappings to maps (ascending, count of them), and drops what was read from other ones.
// STATUS_NO_MEMORY: everything is dropped.
must_check enum status constants_set_maps(
	struct constants *constants, const struct constant_map *maps, size_t count);
