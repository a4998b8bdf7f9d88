// SPDX-License-Identifier: MIT
// The processes of a file as a table. No view_ops, since it does not use a history.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct recorded_target;
struct table;

// In the order of the file; the subject of a row is a target, by its position. The caller destroys
// *ret. STATUS_NO_MEMORY.
must_check enum status view_recorded(const struct recorded_target *targets, size_t count,
	struct table **ret, struct error *err);
