// SPDX-License-Identifier: MIT
// One ELF object of a target: its symbols and where it is mapped. The file may be anything: every
// size in it is checked before memory is taken for it.
#pragma once

#include "base/error.h"
#include "target/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct maps;
struct map;
struct object;

struct object_symbol {
	uint64_t value; // as in the file, without the bias
	uint64_t size;
};

// Takes over fd, also on failure. path is what messages call the file and is copied.
// STATUS_INVALID: not an ELF file; STATUS_UNSUPPORTED: an ELF file for another kind of machine.
must_check enum status object_open(
	int take_fd, const char *path, struct object **ret, struct error *err);
void object_close(struct object *object);

const char *object_path(const struct object *object);
int object_file(const struct object *object);

// A symbol that .dynsym defines, of global or weak binding. STATUS_NOT_FOUND; STATUS_INVALID for a
// damaged table.
must_check enum status object_find_dynamic(
	struct object *object, const char *name, struct object_symbol *ret);

// A symbol that .symtab defines, where there is one. Names are compared up to their first dot:
// link-time optimisation renames static variables to "arenas.lto_priv.0".
must_check enum status object_find_static(
	struct object *object, const char *name, struct object_symbol *ret);

// What the loader added to the file's addresses, where map is a mapping of the file.
// STATUS_INVALID: no segment fits the mapping.
must_check enum status object_bias(struct object *object, const struct map *map, uint64_t *ret);

// Lower-case hex of the GNU build-id, "" where there is none. The caller frees *ret.
must_check enum status object_read_build_id(struct object *object, char **ret);
