// SPDX-License-Identifier: MIT
// One row of a table, opened: all its cells in full, and a table of its details.
#pragma once

#include "base/error.h"
#include "view/subject.h"

struct screen;
struct table;
struct results;
struct view_ops;

// Where to look up the row. The screen below keeps it up to date.
struct detail_source {
	const struct view_ops *view;
	const struct results *results;
	const struct table *table; // of the view
	unsigned version;	   // changes with every table
};

// Shows the row with a subject, and follows it from table to table. Borrows the source.
// STATUS_NO_MEMORY.
must_check enum status detail_create(
	const struct detail_source *source, struct subject subject, struct screen **ret);
