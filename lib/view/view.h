// SPDX-License-Identifier: MIT
// Views: each turns results into one table. To add one: write view_<name>.c with a const struct
// view_ops, list it in views.c and in lib/lib.am.
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
	// What stands behind a row of that table, by its subject, as a table; the caller destroys it.
	// NULL: nothing but its cells. STATUS_NO_MEMORY.
	enum status (*open_row)(
		const struct results *results, struct subject subject, struct table **ret);
	// Whether the view says more than the others of this process. NULL: of every process.
	bool (*is_offered)(const struct results *results);
};

// In the order of the screen; ended by NULL. Those that not every process is offered come last.
extern const struct view_ops *const views[];

extern const struct view_ops types_view, containers_view, memory_view, collector_view, threads_view,
	interpreters_view;

bool view_is_offered(const struct view_ops *view, const struct results *results);

// By name, NULL where there is none.
const struct view_ops *view_find(const char *name);

// Why the figures of the heap are missing or doubtful, one sentence; NULL where they are good.
const char *view_heap_note(const struct history *history);

// Sets a cell to the name of a container: its path, or where it has none type and address.
// STATUS_NO_MEMORY.
must_check enum status view_set_container(
	struct cell *cell, const struct census_container *container, const char *type);

// The three lines at the top of the screen, each without a newline; the caller frees ret[0..2].
must_check enum status view_headline(const struct results *results, unsigned width, char *ret[3]);
