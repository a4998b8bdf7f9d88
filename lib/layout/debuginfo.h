// SPDX-License-Identifier: MIT
// The DWARF that belongs to an ELF file: its own, or that of the separate file which its
// .gnu_debuglink or build-id names, together with the file shared by a distribution's packages (dwz).
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <elfutils/libdw.h>
#include <stddef.h>

struct debuginfo;
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
// (layout/debugserver.h). A file that is not the wanted one, or lacks the shared file that it refers
// to, is traced and passed over. STATUS_NOT_FOUND: there is none; STATUS_INVALID: not an ELF file.
must_check enum status debuginfo_open(
	const struct debug_request *request, struct debuginfo **ret, struct error *err);
void debuginfo_close(struct debuginfo *info);
GUARD(struct debuginfo, debuginfo_close)

// The file's DWARF, and the shared one behind it or NULL. Owned by info.
Dwarf *debuginfo_main(const struct debuginfo *info);
Dwarf *debuginfo_shared(const struct debuginfo *info);

// Which file it is in, fit to print: "'/usr/lib/debug/.build-id/6d/fc12.debug' of process 71". Owned
// by info.
const char *debuginfo_origin(const struct debuginfo *info);
