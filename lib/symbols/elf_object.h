// SPDX-License-Identifier: MIT
// One ELF object of a target: its symbols, and where it is mapped. The file may contain anything, so
// every size in it is checked before memory is allocated for it.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct maps;
struct map;
struct elf_object;

struct elf_object_symbol {
	uint64_t value; // as in the file, without the bias
	uint64_t size;
};

// Takes over fd, also on failure. path is the name of the file in messages, and is copied.
// STATUS_INVALID: not an ELF file; STATUS_UNSUPPORTED: an ELF file for another kind of machine.
must_check enum status elf_object_open(
	int take_fd, const char *path, struct elf_object **ret, struct error *err);
void elf_object_close(struct elf_object *object);
GUARD(struct elf_object, elf_object_close)

const char *elf_object_path(const struct elf_object *object);
int elf_object_file(const struct elf_object *object);

// A symbol that .dynsym defines, of global or weak binding. STATUS_NOT_FOUND; STATUS_INVALID for a
// damaged table.
must_check enum status elf_object_find_dynamic(
	struct elf_object *object, const char *name, struct elf_object_symbol *ret);

// A symbol that .symtab defines, where there is one. Names are compared up to their first dot:
// link-time optimisation renames static variables to "arenas.lto_priv.0".
must_check enum status elf_object_find_static(
	struct elf_object *object, const char *name, struct elf_object_symbol *ret);

// The place of a section in memory, by its name. STATUS_NOT_FOUND.
must_check enum status elf_object_find_section(
	struct elf_object *object, const char *name, struct elf_object_symbol *ret);

// What the loader added to the file's addresses, where map is a mapping of the file.
// STATUS_INVALID: no segment fits the mapping.
must_check enum status elf_object_bias(struct elf_object *object, const struct map *map, uint64_t *ret);

// Lower-case hex of the GNU build-id, "" if there is none. The caller frees *ret.
must_check enum status elf_object_read_build_id(struct elf_object *object, char **ret);

// Reads the size bytes that the file has for one of its own addresses (without the bias).
// STATUS_NOT_FOUND: the file has none, as for .bss.
must_check enum status elf_object_read(
	struct elf_object *object, uint64_t value, void *buffer, size_t size);
