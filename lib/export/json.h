// SPDX-License-Identifier: MIT
// Results as JSON documents of the published schemas (leaktop.snapshot/1, leaktop.diff/1, ...).
// Schemas only gain fields. A field whose value is unknown is null.
#pragma once

#include "base/error.h"
#include "view/view.h"

struct inspection;
struct references;

// One snapshot document without a newline: in one line if compact, otherwise indented. The caller
// frees it. STATUS_NOT_FOUND: there is no sample.
must_check enum status export_json_snapshot(
	const struct results *results, bool compact, char **ret, struct error *err);

// The growth between two samples, as growth_create() found it: all types, and the SHORTLIST_MAX
// containers that grew most.
must_check enum status export_json_diff(const struct sample *before, const struct sample *after,
	const struct growth *growth, bool compact, char **ret, struct error *err);

// The verdict, and the causes of the growth.
must_check enum status export_json_check(
	const struct results *results, bool compact, char **ret, struct error *err);

// An object and its entries.
must_check enum status export_json_object(
	const struct inspection *inspection, bool compact, char **ret, struct error *err);

// Who holds an object, or the objects of a type.
must_check enum status export_json_references(
	const struct references *references, bool compact, char **ret, struct error *err);

// Any table: {"schema": "leaktop.table/1", "title", "columns", "rows": [{...}]}.
must_check enum status export_json_table(
	const struct table *table, bool compact, char **ret, struct error *err);
