// SPDX-License-Identifier: MIT
// What an allocator of the target has handed out and what it keeps free: found in a copy by the
// structures that the allocator leaves in memory.
//
// To add one, write <name>.c with a const struct allocator_ops, add it to allocators[], and list
// the file in lib/lib.am.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct allocator_cursor;
struct python;

// All in bytes.
struct allocator_usage {
	uint64_t regions;      // areas that it divides into blocks, some of which are in use
	uint64_t region_bytes; // their size, headers included
	uint64_t used_bytes;   // blocks in use
	uint64_t free_bytes;   // free blocks in these regions
	uint64_t empty_bytes;  // regions that became empty and were kept; not counted above
};

struct allocator_block {
	addr_t address;
	uint32_t size; // in bytes, rounded up to a size class
};

struct allocator_ops {
	const char *name; // "pymalloc"

	// Adds up everything in the copy of python->memory. Zeros if the program does not use this
	// allocator, or if the layout does not describe it.
	struct allocator_usage (*measure)(const struct python *python);

	// Starts to list the blocks in use, by ascending address. Borrows python until close().
	// STATUS_NO_MEMORY.
	enum status (*open)(const struct python *python, struct allocator_cursor **ret);

	// Writes the next blocks to blocks, at most room of them; returns their number. 0: the end.
	size_t (*next)(struct allocator_cursor *cursor, struct allocator_block *blocks, size_t room);

	void (*close)(struct allocator_cursor *cursor); // accepts NULL
};

// CPython's allocator for blocks of up to 512 bytes (Objects/obmalloc.c). Builds with the GIL use
// it, unless PYTHONMALLOC says otherwise.
extern const struct allocator_ops pymalloc;
