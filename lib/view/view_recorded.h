// SPDX-License-Identifier: MIT
// The processes of a file as a table. No view_ops, since it looks at no history.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct recorded_target;
struct table;

// In order of the file: a row is about a target by its position. The caller destroys *ret.
// STATUS_NO_MEMORY.
must_check enum status view_recorded(const struct recorded_target *targets, size_t count,
	struct table **ret, struct error *err);
