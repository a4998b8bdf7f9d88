// SPDX-License-Identifier: MIT
// Results as JSON documents of the published schemas (leaktop.snapshot/1, leaktop.diff/1, ...).
#pragma once

#include "base/error.h"
#include "view/view.h"

// One snapshot document without a newline; compact is one line, else indented. The caller frees it.
must_check enum status export_json_snapshot(
	const struct view_input *input, bool compact, char **ret, struct error *err);

// Any table: {"schema": "leaktop.table/1", "title", "columns", "rows": [{...}]}.
must_check enum status export_json_table(
	const struct table *table, bool compact, char **ret, struct error *err);
