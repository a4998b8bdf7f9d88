// SPDX-License-Identifier: MIT
// What the picker lists, and how it opens an entry: the Python processes of this machine, or those
// of a recording. To add one: write pick_<name>.c with a const struct pick_ops and its constructor.
#pragma once

#include "base/error.h"
#include "view/subject.h"

struct pick;
struct recording;
struct screen;
struct settings;
struct table;

struct pick_ops {
	const char *title; // of the screen
	const char *empty; // shown while there is nothing to list; NULL: there always is something
	// Makes the current list, in which each row has a subject; the caller destroys it.
	enum status (*load)(struct pick *pick, struct table **ret, struct error *err);
	// Makes a screen for the subject of a row.
	enum status (*open)(
		struct pick *pick, struct subject subject, struct screen **ret, struct error *err);
	void (*close)(struct pick *pick);
};

// The first member of each pick.
struct pick {
	const struct pick_ops *ops;
	double seconds; // between calls of load(); negative: the list never changes
};

// Borrows the settings. STATUS_NO_MEMORY.
must_check enum status pick_processes_create(
	const struct settings *settings, struct pick **ret, struct error *err);

// Borrows the recording. STATUS_NO_MEMORY.
must_check enum status pick_recorded_create(
	struct recording *recording, struct pick **ret, struct error *err);
