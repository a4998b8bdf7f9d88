// SPDX-License-Identifier: MIT
// Two samples side by side, as tables of what changed. No view_ops, since they do not use a
// history.
#pragma once

#include "analysis/growth.h"
#include "base/error.h"
#include "result/sample.h"
#include "view/table.h"

// Kinds of memory that at least one sample knows. The caller destroys *ret. STATUS_NO_MEMORY, also
// below.
must_check enum status view_diff_memory(const struct sample *before, const struct sample *after,
	struct table **ret, struct error *err);

// Types that changed, the largest growth first; a note says how many did not.
must_check enum status view_diff_types(
	const struct growth *growth, struct table **ret, struct error *err);

// Containers of both samples whose length changed, the largest growth first.
must_check enum status view_diff_containers(const struct growth *growth,
	const struct sample *before, const struct sample *after, struct table **ret,
	struct error *err);
