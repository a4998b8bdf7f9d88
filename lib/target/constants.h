// SPDX-License-Identifier: MIT
// The memory of a target that its program does not write to: constants of C code, such as the names
// of types, and the headers of ELF files. What an image is for objects this is for them: a copy,
// so that a walk need not ask a process that may have changed or ended meanwhile.
//
// These bytes are no objects, are asked for some hundred times a sample and come in thousands of
// small pieces, so they are packed: they do not lie at addresses of their own as an image's do, and
// an address is looked up by binary search.
#pragma once

#include "base/error.h"
#include "base/vector.h"
#include "result/address.h"

#include <stddef.h>
#include <stdint.h>

// A mapping, as far as that tells whether it is the one that was read before.
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

// Memory of ours.
struct constant_chunk {
	void *bytes;
	size_t size;
};

VECTOR(constant_chunks, struct constant_chunk)

// {0} is empty. Meant to be read by its own functions and by whoever fills it.
struct constants {
	struct constant_maps maps; // ascending: what runs are of
	struct constant_runs runs; // ascending and disjoint
	struct constant_chunks chunks;
	uint64_t held_bytes;	 // in runs
	uint64_t left_out_bytes; // in memory, but more than we keep
};

void constants_deinit(struct constants *constants);

// The size bytes at addr, or NULL where they are not held in one piece. Any addr and any size may be
// asked for. The pointer is good until the next capture.
const void *constants_at(const struct constants *constants, addr_t addr, size_t size);

// Memory for size bytes that are about to be read, in huge pages where that is possible: a first
// touch costs more than all else. NULL where there is none. constant_chunk_free() gives it back.
void *constant_chunk_create(size_t size);
void constant_chunk_free(void *bytes, size_t size);

// Takes over a chunk of size bytes, with the runs in it, which overlap none that are held. The chunk
// is freed where there is no memory for the table. STATUS_NO_MEMORY.
must_check enum status constants_add_take(struct constants *constants, void *bytes, size_t size,
	const struct constant_run *runs, size_t count);

// Makes maps (ascending, count of them) the mappings, and forgets what was read of any other.
// STATUS_NO_MEMORY: all is forgotten.
must_check enum status constants_set_maps(
	struct constants *constants, const struct constant_map *maps, size_t count);
