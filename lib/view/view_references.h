// SPDX-License-Identifier: MIT
// Who holds an object, or the objects of a type. No view_ops, since it looks at no history.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct references;

// "__main__.Session: 1,000 objects, 56.3K, 2.1M retained"; of a single object "__main__.cache: dict,
// 288.1K, 27.9M retained". The caller frees *ret. STATUS_NO_MEMORY.
must_check enum status view_references_line(
	const struct references *references, char **ret, struct error *err);

// By which ways it is held, and what refers to it, each with what there is most of first. The caller
// destroys *ret. STATUS_NO_MEMORY.
must_check enum status view_holding_paths(
	const struct references *references, struct table **ret, struct error *err);
must_check enum status view_referrers(
	const struct references *references, struct table **ret, struct error *err);
