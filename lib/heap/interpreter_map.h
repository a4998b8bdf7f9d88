// SPDX-License-Identifier: MIT
// Which interpreter each object belongs to, in a process that has several. It takes memory, so it
// is filled only in such a process.
#pragma once

#include "base/error.h"
#include "heap/visited.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>

enum { INTERPRETER_PLANES_MAX = 16 };

// Stores the number of the interpreter + 1 in binary, one bit in each plane; 0 means none yet. For
// two interpreters the planes take 2 bits for each 16 bytes, for a thousand 10. {0} is empty.
struct interpreter_map {
	struct visited planes[INTERPRETER_PLANES_MAX];
	unsigned plane_count;
};

// Makes room for that many interpreters. STATUS_NO_MEMORY.
must_check enum status interpreter_map_init(struct interpreter_map *map, size_t interpreter_count);
void interpreter_map_deinit(struct interpreter_map *map);

// Assigns the object to that interpreter, unless it has one already. STATUS_NO_MEMORY.
must_check enum status interpreter_map_set(
	struct interpreter_map *map, addr_t address, size_t interpreter);

// False: the object has no interpreter yet.
bool interpreter_map_get(const struct interpreter_map *map, addr_t address, size_t *ret);
