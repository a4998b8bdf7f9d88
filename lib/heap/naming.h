// SPDX-License-Identifier: MIT
// How Python would name what a walk has met: "__main__.cache", "app.Pool._instances[3].waiters". The
// name is that of the way by which a node was met. Data keys are shown as [...] unless with_values.
// Needs the image.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
