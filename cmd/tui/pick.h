// SPDX-License-Identifier: MIT
// What the picker lists, and how one of it is opened: the Python processes of this machine, or
// those of a recording. To add one: write pick_<name>.c with a const struct pick_ops and its
// constructor.
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
	const char *empty; // in its place while there is nothing to list; NULL: never
	// The list as it is now, of which each row has a subject; the caller destroys it.
	enum status (*load)(struct pick *pick, struct table **ret, struct error *err);
	// A screen of what a row is about.
	enum status (*open)(
		struct pick *pick, struct subject subject, struct screen **ret, struct error *err);
	void (*close)(struct pick *pick);
};

// The first member of each.
struct pick {
	const struct pick_ops *ops;
	double seconds; // from one load() to the next; below 0: it never changes
};

// Settings are borrowed. STATUS_NO_MEMORY.
must_check enum status pick_processes_create(
	const struct settings *settings, struct pick **ret, struct error *err);

// The recording is borrowed. STATUS_NO_MEMORY.
must_check enum status pick_recorded_create(
	struct recording *recording, struct pick **ret, struct error *err);
