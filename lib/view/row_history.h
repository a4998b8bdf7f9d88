// SPDX-License-Identifier: MIT
// What stands behind a row that is opened: its figures in the samples that are kept.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct history;

// A row for the baseline, the previous and the current sample each, as far as they are there and
// know the type, or the container at the path in the current one. The caller destroys *ret.
// STATUS_NO_MEMORY.
must_check enum status row_history_of_type(
	const struct history *history, const char *type, struct table **ret);
must_check enum status row_history_of_container(
	const struct history *history, const char *path, const char *type, struct table **ret);
