// SPDX-License-Identifier: MIT
// The details of a row that is opened: its figures in all samples that are kept.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct history;

// Makes a table with a row for each of the baseline, the previous and the current sample that
// exists and has the subject, which is a type or a container of the current sample. The caller
// destroys *ret. STATUS_NO_MEMORY.
must_check enum status row_history(
	const struct history *history, struct subject subject, struct table **ret);
