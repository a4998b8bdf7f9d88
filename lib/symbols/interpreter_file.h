// SPDX-License-Identifier: MIT
// The mapped file that holds the interpreter of a target, and where its symbols are.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

struct target;
struct interpreter_file;

// Finds the mapped object that defines _PyRuntime: the executable first, then every mapped file
// whose name contains libpython, then any other mapped executable file; reads its .dynsym, and
// .symtab where there is one. Of several, the first whose interpreter was started is taken; where none
// defines it, an executable or libpython whose section or data show that it has an interpreter. The
// files are opened as the target sees them (container, chroot, deleted binary). STATUS_NOT_PYTHON: no
// object has it; err says what the process is instead (PyPy is named as such). STATUS_GONE,
// STATUS_PERMISSION.
must_check enum status interpreter_file_open(
	const struct target *target, struct interpreter_file **ret, struct error *err);
void interpreter_file_close(struct interpreter_file *file);
GUARD(struct interpreter_file, interpreter_file_close)

// The file that defines _PyRuntime, as the target names it. Owned by file.
const char *interpreter_file_path(const struct interpreter_file *file);

// The address of a symbol in the target and, where size is not NULL, its size in bytes, 0 where that
// is not known. Data symbols are resolved in link-map order (the executable first), because of copy
// relocations. STATUS_NOT_FOUND.
must_check enum status interpreter_file_find(
	const struct interpreter_file *file, const char *name, addr_t *ret, uint64_t *size);

// Lower-case hex of the GNU build-id, "" where there is none. Owned by file.
const char *interpreter_file_build_id(const struct interpreter_file *file);

// The number to add to an address of the file to get the address in the target.
uint64_t interpreter_file_bias(const struct interpreter_file *file);

// A descriptor of the object's file for reading its DWARF; owned by file.
int interpreter_file_descriptor(const struct interpreter_file *file);
