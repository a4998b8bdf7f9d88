// SPDX-License-Identifier: MIT
// The DWARF of an ELF file: in the file itself, or in the separate file that its .gnu_debuglink or
// build-id names, together with the file that packages of a distribution share (dwz).
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <elfutils/libdw.h>
#include <stddef.h>

struct debug_info;
struct root;

struct debug_request {
	int fd;			  // the ELF file, borrowed
	const char *path;	  // its name in messages
	const struct root *roots; // where to look for separate files, in this order
	size_t root_count;
};

// Looks for debug information, first in the file itself, then below each root
//
//	by .gnu_debuglink	in the file's directory, in its subdirectory .debug, and in the same
//				directory below /usr/lib/debug; the checksum must match
//	by build-id		in /usr/lib/debug/.build-id; the build-id of the file must match
//
// and last, if DEBUGINFOD_URLS is set, on those servers, which may take a while
// (layout/dwarf/debug_server.h). A file that is not the wanted one, or whose shared file is
// missing, is traced and skipped. STATUS_NOT_FOUND: there is none; STATUS_INVALID: not an ELF file.
must_check enum status debug_info_open(
	const struct debug_request *request, struct debug_info **ret, struct error *err);
void debug_info_close(struct debug_info *info);
GUARD(struct debug_info, debug_info_close)

// The file's DWARF, and the shared DWARF that it refers to or NULL. Owned by info.
Dwarf *debug_info_main(const struct debug_info *info);
Dwarf *debug_info_shared(const struct debug_info *info);

// The file that contains it, printable: "'/usr/lib/debug/.build-id/6d/fc12.debug' of process 71".
// Owned by info.
const char *debug_info_origin(const struct debug_info *info);
