// SPDX-License-Identifier: MIT
// A directory below which files are opened as if it were "/": the root directory of a target, a tree
// that was unpacked somewhere, or our own. Whoever owns the files there may have put links into it
// that lead out; they do not.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct root {
	int fd;	    // -1: closed
	char *path; // what we call it: "/", "/srv/chroot"
	pid_t pid;  // whose root directory it is, 0: nobody's in particular
};

// Opens a directory of ours. The caller releases *ret with root_close(). STATUS_NOT_FOUND,
// STATUS_PERMISSION, STATUS_NO_MEMORY.
must_check enum status root_open(const char *path, struct root *ret, struct error *err);
void root_close(struct root *root);

// Opens a regular file for reading. path is as somebody would name it whose "/" is the root. The
// caller closes *ret_fd. STATUS_NOT_FOUND (also where it is no file), STATUS_PERMISSION.
must_check enum status root_open_file(
	const struct root *root, const char *path, int *ret_fd, struct error *err);

// The name that a file has below the root, where path is what we call it; the path as it is where the
// file lies elsewhere, as for a target in another mount namespace. Points into path.
const char *root_name(const struct root *root, const char *path);
