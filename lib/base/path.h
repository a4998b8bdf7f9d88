// SPDX-License-Identifier: MIT
// Names of files, as text: nothing here asks the system. A path ends at its last character: what
// stands behind a last slash is an empty name ("a/b/" names "" in "a/b").
#pragma once

#include "base/error.h"

#include <stddef.h>

// The name behind the last slash, or all of path. Part of path; path_base(path) - path is the length
// of what stands before it, slash included.
const char *path_base(const char *path);

// The length of the directory before the last slash, without it: "/usr" in "/usr/lib"; 0 for what
// stands in the root and for a name without a directory.
size_t path_directory_length(const char *path);

// The directory in a form that can be opened: "/usr" of "/usr/lib", "/" of "/usr", "." of "usr". The
// caller frees it. STATUS_NO_MEMORY.
must_check enum status path_directory(const char *path, char **ret);

// A name in a directory, which may be "/". The caller frees it. STATUS_NO_MEMORY.
must_check enum status path_join(const char *directory, const char *name, char **ret);
