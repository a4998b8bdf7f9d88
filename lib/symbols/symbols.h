// SPDX-License-Identifier: MIT
// Where a name lives in a target: the ELF object that holds the interpreter, and its symbols.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

struct target;
struct symbols;

// Finds the mapped object that defines _PyRuntime: the executable first, then every mapped file
// whose name contains libpython, then any other mapped executable file; reads its .dynsym, and
// .symtab where there is one. Of several the first whose interpreter was started. Where none does, an executable or libpython whose section or data
// show that it has an interpreter is taken. The files are opened as the target sees them (container, chroot,
// deleted binary). STATUS_NOT_PYTHON: no object has it; err says what the process is instead
// (PyPy is named as such). STATUS_GONE, STATUS_PERMISSION.
must_check enum status symbols_create(
	const struct target *target, struct symbols **ret, struct error *err);
void symbols_destroy(struct symbols *symbols);
GUARD(struct symbols, symbols_destroy)

// The file that defines _PyRuntime, as the target names it. Owned by symbols.
const char *symbols_path(const struct symbols *symbols);

// The address of a symbol in the target and, where size is not NULL, its size in bytes, 0 where that
// is not known. Data symbols
// are resolved in link-map order (the executable first), because of copy relocations.
// STATUS_NOT_FOUND.
must_check enum status symbols_find(
	const struct symbols *symbols, const char *name, addr_t *ret, uint64_t *size);

// PY_VERSION_HEX of the interpreter (0x030b02f0), from Py_Version, the published offsets, or the
// version string in memory. STATUS_NOT_FOUND where nothing tells.
must_check enum status symbols_python_version(
	const struct symbols *symbols, const struct target *target, uint32_t *ret, struct error *err);

// Lower-case hex of the GNU build-id, "" where there is none. Owned by symbols.
const char *symbols_build_id(const struct symbols *symbols);

// What is added to a file's addresses to get the target's.
uint64_t symbols_bias(const struct symbols *symbols);

// A descriptor of the object's file for reading its DWARF; owned by symbols.
int symbols_file(const struct symbols *symbols);
