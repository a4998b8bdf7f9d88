// SPDX-License-Identifier: MIT
// Pictures for graphviz.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct references;

// The paths that hold the subject, at most max_paths of them (0: all), as a tree that ends in it. The
// caller frees *ret. STATUS_NO_MEMORY.
must_check enum status export_dot_references(
	const struct references *references, size_t max_paths, char **ret, struct error *err);
