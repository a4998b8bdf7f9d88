// SPDX-License-Identifier: MIT
// The mappings of a process, from the text of /proc/PID/maps or smaps.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map {
	addr_t start, end;
	bool readable, writable, executable, shared;
	bool has_objects; // shared memory of which somebody found out that objects lie there
	uint64_t offset;
	uint64_t device, inode;
	const char *path; // "" for anonymous, "[heap]", "[stack]", or the file; owned by the maps
	uint64_t rss_bytes; // only from smaps, else 0
	uint64_t pss_bytes, private_bytes, swap_bytes;
};

// Ascending by address, not overlapping.
struct maps {
	struct map *items;
	size_t count;
	char *paths; // storage behind the path pointers
};

// Parses the text of maps or of smaps. The bytes are foreign. STATUS_INVALID, STATUS_NO_MEMORY.
must_check enum status maps_parse(
	const char *text, size_t length, struct maps **ret, struct error *err);
void maps_destroy(struct maps *maps);
GUARD(struct maps, maps_destroy)

// The mapping that contains addr, or NULL.
const struct map *maps_find(const struct maps *maps, addr_t addr);

// Private memory that may hold objects: readable, writable, not shared, no device; of whatever
// file, also one that lies in memory (/dev/shm, memfd); and shared memory that has_objects. These
// are the mappings that a copy takes.
bool map_is_heap(const struct map *map);
