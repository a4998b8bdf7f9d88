// SPDX-License-Identifier: MIT
// Views: each makes one table from results. To add one: write view_<name>.c with a const struct
// view_ops, and list it in views.c and in lib/lib.am.
#pragma once

#include "analysis/results.h"
#include "base/error.h"
#include "view/table.h"

#include <stdbool.h>

struct view_ops {
	const char *name;  // "types"
	const char *title; // "Types"
	// Makes the table; the caller destroys it. STATUS_NO_MEMORY.
	enum status (*load)(const struct results *results, struct table **ret, struct error *err);
	// Makes a table of details for the row with this subject; the caller destroys it. NULL:
	// rows have no details. STATUS_NO_MEMORY.
	enum status (*open_row)(
		const struct results *results, struct subject subject, struct table **ret);
	// Whether the view is useful for this process. NULL: for every process.
	bool (*is_offered)(const struct results *results);
};

// In the order of the screen; ended by NULL. Views with is_offered come last.
extern const struct view_ops *const views[];

extern const struct view_ops types_view, containers_view, memory_view, collector_view, threads_view,
	interpreters_view;

bool view_is_offered(const struct view_ops *view, const struct results *results);

// Finds a view by its name; NULL: there is none.
const struct view_ops *view_find(const char *name);

// One sentence on why figures of the heap are missing or inexact; NULL: they are exact.
const char *view_heap_note(const struct history *history);

// Sets a cell to the name of a container: its path, or without a path its type and address.
// STATUS_NO_MEMORY.
must_check enum status view_set_container(
	struct cell *cell, const struct census_container *container, const char *type);

// Makes the three lines at the top of the screen, without newlines; the caller frees ret[0..2].
must_check enum status view_headline(const struct results *results, unsigned width, char *ret[3]);
