// SPDX-License-Identifier: MIT
// Which interpreter each object belongs to, in a process that has several. It takes memory of its
// own, so it is filled only there.
#pragma once

#include "base/error.h"
#include "heap/visited.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>

enum { INTERPRETER_PLANES_MAX = 16 };

// An address has the number of its interpreter + 1 in binary, a digit in each plane; 0 is none yet.
// Of two interpreters, planes take 2 bits for each 16 bytes, of a thousand 10. {0} is empty.
struct interpreter_map {
	struct visited planes[INTERPRETER_PLANES_MAX];
	unsigned plane_count;
};

// Makes room for that many interpreters. STATUS_NO_MEMORY.
must_check enum status interpreter_map_init(struct interpreter_map *map, size_t interpreter_count);
void interpreter_map_deinit(struct interpreter_map *map);

// The object belongs to that interpreter from now on, unless it has one. STATUS_NO_MEMORY.
must_check enum status interpreter_map_set(
	struct interpreter_map *map, addr_t address, size_t interpreter);

// False where the object belongs to none yet.
bool interpreter_map_get(const struct interpreter_map *map, addr_t address, size_t *ret);
