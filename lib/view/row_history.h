// SPDX-License-Identifier: MIT
// What stands behind a row that is opened: its figures in the samples that are kept.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct history;

// A row for the baseline, the previous and the current sample each, as far as they are there and
// know the subject: a type, or a container of the current sample. The caller destroys *ret.
// STATUS_NO_MEMORY.
must_check enum status row_history(
	const struct history *history, struct subject subject, struct table **ret);
