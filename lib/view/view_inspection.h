// SPDX-License-Identifier: MIT
// One object and its entries. No view_ops, since it does not use a history.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct inspection;

// "__main__.cache: dict of 5,000, 288.1K itself, 27.9M retained". The caller frees *ret.
// STATUS_NO_MEMORY.
must_check enum status view_inspection_line(
	const struct inspection *inspection, char **ret, struct error *err);

// The second: "filled in get_user (service.py:27)". Only where something is said to fill the object.
// STATUS_NO_MEMORY.
must_check enum status view_inspection_fillers(
	const struct inspection *inspection, char **ret, struct error *err);

// The object's entries; those that retain most come first. The caller destroys *ret.
// STATUS_NO_MEMORY.
must_check enum status view_inspection(
	const struct inspection *inspection, struct table **ret, struct error *err);
