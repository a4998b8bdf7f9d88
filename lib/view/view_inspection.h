// SPDX-License-Identifier: MIT
// One object and what it has. No view_ops, since it looks at no history.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct inspection;

// "__main__.cache: dict of 5,000, 288.1K itself, 27.9M retained". The caller frees *ret.
// STATUS_NO_MEMORY.
must_check enum status view_inspection_line(
	const struct inspection *inspection, char **ret, struct error *err);

// What it has, what retains most first. The caller destroys *ret. STATUS_NO_MEMORY.
must_check enum status view_inspection(
	const struct inspection *inspection, struct table **ret, struct error *err);
