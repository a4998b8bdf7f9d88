// SPDX-License-Identifier: MIT
// One ELF file with debug information, or with the names of files that have it. The file is not
// trusted: its sizes are limited before they are used.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "symbols/build_id.h"

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

struct debug_file;

// Takes over take_fd, also on failure. STATUS_INVALID: not an ELF file, or its debug information is
// too large.
must_check enum status debug_file_open(int take_fd, struct debug_file **ret, struct error *err);
void debug_file_close(struct debug_file *file);
GUARD(struct debug_file, debug_file_close)

// The file's own build-id. Owned by the file.
const struct build_id *debug_file_id(const struct debug_file *file);

// Whether the file has DWARF of its own, not only the names of other files.
bool debug_file_has_dwarf(const struct debug_file *file);

// Opens the DWARF; it is closed with the file. STATUS_NOT_FOUND, STATUS_INVALID.
must_check enum status debug_file_read_dwarf(struct debug_file *file, Dwarf **ret, struct error *err);

// Reads .gnu_debuglink: the name of a file, without a directory and owned by file, and the CRC-32
// of all bytes of that file. STATUS_NOT_FOUND, also if the name has a directory.
must_check enum status debug_file_read_link(
	const struct debug_file *file, const char **ret_name, uint32_t *ret_checksum);

// Reads .gnu_debugaltlink: the path of the file that several files share (dwz), owned by file, and
// its build-id. STATUS_NOT_FOUND: it needs none; STATUS_INVALID.
must_check enum status debug_file_read_alternate(
	struct debug_file *file, const char **ret_path, struct build_id *ret_id);

// The CRC-32 of all bytes of the file, as in .gnu_debuglink. STATUS_FAILED.
must_check enum status debug_file_checksum(const struct debug_file *file, uint32_t *ret);
