// SPDX-License-Identifier: MIT
// How Python would name what a walk has met: "__main__.cache", "app.Pool._instances[3].waiters". The
// name is that of the way by which a node was met. Data keys are shown as [...] unless with_values.
// Needs the image.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;
struct text;
struct walk;

// Adds the name of a node to text. STATUS_NO_MEMORY.
must_check enum status naming_path(
	const struct walk *walk, uint32_t node, bool with_values, struct text *text);

// The same for many nodes: ret[i] becomes the path of nodes[i], which the caller frees. Objects on
// the way are looked at once, however many of the nodes they lead to: where a dict of millions
// holds them all, that is what makes the difference. STATUS_NO_MEMORY: ret holds nothing.
must_check enum status naming_paths(
	const struct walk *walk, const uint32_t *nodes, size_t count, bool with_values, char **ret);

// Adds a plain object as Python would write it: "name", 12, True, None; of a long str only its beginning.
// False where it is none of these, or cannot be read: then nothing was added.
bool naming_add_plain(const struct heap *heap, addr_t address, struct text *text);
