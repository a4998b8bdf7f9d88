// SPDX-License-Identifier: MIT
// The front door of leaktop layout, for developers: tables of lib/layout made from debug information,
// shown, compared and checked.
#pragma once

#include "base/error.h"

#include <stddef.h>

struct text;

// What is asked for. Only the files are needed; a string may be NULL.
struct layout_request {
	const char *const *files; // an interpreter, and extension modules behind it
	size_t file_count;
	const char *root;     // where separate debug files are: a directory in place of "/"
	const char *release;  // "3.9.2", where the file does not say it
	const char *versions; // "3.11.0-3.11.15": what the build is good for
	const char *variant;  // "debian"
	const char *origin;   // the interpreter, as people name it
	const char *set;      // "interp_size=absent,gc_generations=24": not as in the files
};

// Adds the files' build as lib/layout/update puts it into layouts.in, which knows the versions and the
// origin of a build that it has. STATUS_USAGE, and what layout_from_files() returns.
must_check enum status layout_tool_emit(
	const struct layout_request *request, struct text *text, struct error *err);

// Adds a list of the fields of one layout: of a built-in table named "3.11.2" or "3.13.5/debian",
// or of files. Without files, a list of the built-in tables.
must_check enum status layout_tool_show(
	const struct layout_request *request, struct text *text, struct error *err);

// Adds the fields in which two layouts differ, each a name of a table or a file. STATUS_FAILED, with
// the difference in text, if they do.
must_check enum status layout_tool_compare(
	const struct layout_request *request, struct text *text, struct error *err);

// Compares the files with each built-in table for their version. STATUS_FAILED, with the
// differences in text, if none is equal.
must_check enum status layout_tool_check(
	const struct layout_request *request, struct text *text, struct error *err);
