// SPDX-License-Identifier: MIT
// One row of a table, opened: everything in it, in full, and what stands behind it.
#pragma once

#include "base/error.h"
#include "view/subject.h"

struct screen;
struct table;
struct results;
struct view_ops;

// Where the row is looked up. The screen below keeps it up to date.
struct detail_source {
	const struct view_ops *view;
	const struct results *results;
	const struct table *table; // of the view
	unsigned version;	   // another one with every table
};

// The row about a subject, which is followed from table to table. The source is borrowed.
// STATUS_NO_MEMORY.
must_check enum status detail_create(
	const struct detail_source *source, struct subject subject, struct screen **ret);
