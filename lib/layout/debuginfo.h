// SPDX-License-Identifier: MIT
// The DWARF that belongs to an ELF file: its own, or that of the separate file which its build-id or
// .gnu_debuglink names, together with the file shared by a distribution's packages (dwz).
#pragma once

#include "base/error.h"

#include <elfutils/libdw.h>

struct debuginfo;

// Opens the debug information of the file at path. Separate files are looked for beside it, below
// root/usr/lib/debug (root "" is this machine's own file system), and where DEBUGINFOD_URLS is set,
// on those servers. STATUS_NOT_FOUND: there is none; STATUS_INVALID: not an ELF file.
must_check enum status debuginfo_open(
	const char *path, const char *root, struct debuginfo **ret, struct error *err);
void debuginfo_close(struct debuginfo *info);

// The file's DWARF, and the shared one behind it or NULL. Owned by info.
Dwarf *debuginfo_main(const struct debuginfo *info);
Dwarf *debuginfo_shared(const struct debuginfo *info);
