// SPDX-License-Identifier: MIT
// Who handed out which memory of a target: an allocator's blocks in use, and what it keeps free, found in
// a copy by the structures that it leaves there.
//
// To add one, write <name>.c with a const struct allocator_ops, name it in allocators[], list the file in
// lib/lib.am.
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
	uint64_t regions;      // runs of memory that it carves blocks out of, of which some are in use
	uint64_t region_bytes; // theirs, headers included
	uint64_t used_bytes;   // blocks in use
	uint64_t free_bytes;   // free blocks in these regions
	uint64_t empty_bytes;  // besides: regions that became empty and were kept
};

struct allocator_block {
	addr_t address;
	uint32_t size; // in bytes, that it was rounded up to
};

struct allocator_ops {
	const char *name; // "pymalloc"

	// Adds up all that the copy of python->memory has. Zeroes where the program does not use it, or
	// where the layout does not describe it.
	struct allocator_usage (*measure)(const struct python *python);

	// Begins to go through the blocks in use by ascending address. python is borrowed until close().
	// STATUS_NO_MEMORY.
	enum status (*open)(const struct python *python, struct allocator_cursor **ret);

	// The next blocks, of which blocks has room for so many; how many they are. 0: there are no more.
	size_t (*next)(struct allocator_cursor *cursor, struct allocator_block *blocks, size_t room);

	void (*close)(struct allocator_cursor *cursor); // NULL is fine
};

// CPython's own for up to 512 bytes (Objects/obmalloc.c), which builds with the GIL have unless
// PYTHONMALLOC says otherwise.
extern const struct allocator_ops pymalloc;
