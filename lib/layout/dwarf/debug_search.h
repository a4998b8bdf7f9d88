// SPDX-License-Identifier: MIT
// Where separate debug files lie, and whether one that lies there is the wanted one. What is not is
// traced and passed over: STATUS_NOT_FOUND.
#pragma once

#include "base/error.h"
#include "layout/dwarf/debug_file.h"

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

struct root;

enum { DEBUG_SEARCH_SEEN_MAX = 32 };

// One search, for a program and what it refers to. Initialised with the path alone.
struct debug_search {
	const char *program; // what we call the file that debug information is wanted for
	// Of the file that was looked at last:
	char path[PATH_MAX]; // below its root; "" where it comes from a server
	char *shown;	     // what it is called where it is shown
	struct error reason; // why the last one that was rejected is not used; "" while none was
	// Our root may be the target's: nothing is looked at twice.
	struct {
		dev_t device;
		ino_t inode;
	} seen[DEBUG_SEARCH_SEEN_MAX];
	size_t seen_count;
};

void debug_search_deinit(struct debug_search *search);

// All of the following find a file that has DWARF, and that the caller closes. STATUS_NOT_FOUND,
// STATUS_NO_MEMORY.

// By .gnu_debuglink of the program: in the program's directory, in .debug there, and in that
// directory's likeness below /usr/lib/debug. The checksum must be right.
must_check enum status debug_search_by_link(struct debug_search *search, const struct root *root,
	const struct debug_file *program, struct debug_file **ret);

// By build-id: below /usr/lib/debug/.build-id.
must_check enum status debug_search_by_id(struct debug_search *search, const struct root *root,
	const struct build_id *id, struct debug_file **ret);

// At a path, absolute or from the directory of the file from, with a build-id.
must_check enum status debug_search_by_path(struct debug_search *search, const struct root *root,
	const char *from, const char *path, const struct build_id *id, struct debug_file **ret);

// By build-id, from the servers that DEBUGINFOD_URLS names, if it does.
must_check enum status debug_search_on_servers(
	struct debug_search *search, const struct build_id *id, struct debug_file **ret);

// Sets what a file is called: its path, whose root it lies below (NULL: ours), and a remark.
must_check enum status debug_search_show(struct debug_search *search, const char *path,
	const struct root *root, const char *remark);

// Notes why the file that was looked at last is not used.
void debug_search_reject(struct debug_search *search, const struct error *why);
