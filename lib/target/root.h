// SPDX-License-Identifier: MIT
// A directory in which files are opened as if it were "/": the root directory of a target, an
// unpacked tree, or our own root. The files may belong to somebody else; their links cannot lead
// out of the directory.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct root {
	int fd;	    // -1: closed
	char *path; // our name for it: "/", "/srv/chroot"
	pid_t pid;  // the process whose root directory it is; 0: none in particular
};

// Opens a directory of ours. The caller releases *ret with root_close(). STATUS_NOT_FOUND,
// STATUS_PERMISSION, STATUS_NO_MEMORY.
must_check enum status root_open(const char *path, struct root *ret, struct error *err);
void root_close(struct root *root);

// Opens a regular file for reading. path is absolute with the root as "/". The caller closes
// *ret_fd. STATUS_NOT_FOUND (also if it is not a regular file), STATUS_PERMISSION.
must_check enum status root_open_file(
	const struct root *root, const char *path, int *ret_fd, struct error *err);

// The name that a file has below the root, where path is our name for it. Returns path itself if
// the file is somewhere else, as for a target in another mount namespace. Points into path.
const char *root_name(const struct root *root, const char *path);
