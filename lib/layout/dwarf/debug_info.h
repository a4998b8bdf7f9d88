// SPDX-License-Identifier: MIT
// The DWARF that belongs to an ELF file: its own, or that of the separate file which its
// .gnu_debuglink or build-id names, together with the file shared by a distribution's packages (dwz).
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <elfutils/libdw.h>
#include <stddef.h>

struct debug_info;
struct root;

struct debug_request {
	int fd;			  // the ELF file, borrowed
	const char *path;	  // what we call it
	const struct root *roots; // where separate files are looked for, in this order
	size_t root_count;
};

// Looks for debug information, first in the file itself, then below each root
//
//	by .gnu_debuglink	in the file's directory, in .debug there, and in that directory's
//				likeness below /usr/lib/debug; the checksum must be right
//	by build-id		in /usr/lib/debug/.build-id; the found file must have it, too
//
// and at last, where DEBUGINFOD_URLS is set, on those servers: that may take a while
// (layout/dwarf/debug_server.h). A file that is not the wanted one, or lacks the shared file that it refers
// to, is traced and passed over. STATUS_NOT_FOUND: there is none; STATUS_INVALID: not an ELF file.
must_check enum status debug_info_open(
	const struct debug_request *request, struct debug_info **ret, struct error *err);
void debug_info_close(struct debug_info *info);
GUARD(struct debug_info, debug_info_close)

// The file's DWARF, and the shared one behind it or NULL. Owned by info.
Dwarf *debug_info_main(const struct debug_info *info);
Dwarf *debug_info_shared(const struct debug_info *info);

// Which file it is in, fit to print: "'/usr/lib/debug/.build-id/6d/fc12.debug' of process 71". Owned
// by info.
const char *debug_info_origin(const struct debug_info *info);
