// SPDX-License-Identifier: MIT
// The structs that fields.def names, as found in one DWARF, and where their members lie.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

struct structs;

// The names of all structs that fields.def mentions; none is found yet. STATUS_NO_MEMORY.
must_check enum status structs_create(struct structs **ret, struct error *err);
void structs_destroy(struct structs *structs);
GUARD(struct structs, structs_destroy)

// Looks through every unit of a DWARF for complete definitions. Two definitions of one name with
// different sizes are STATUS_INVALID: the name alone does not tell which is meant.
must_check enum status structs_scan(struct structs *structs, Dwarf *dwarf, struct error *err);

// The definition of the struct called name (length bytes), or NULL. Good while the DWARF is open.
Dwarf_Die *structs_find(struct structs *structs, const char *name, size_t length);

// --- Members of a struct, as DWARF describes it ---

// The size of a struct. STATUS_NOT_FOUND where it is not stated.
must_check enum status members_size(Dwarf_Die *type, uint32_t *ret);

// The offset of "a.b.c" in a struct, descending through embedded structs, arrays of them (the first
// element) and unnamed unions. STATUS_NOT_FOUND, STATUS_INVALID.
must_check enum status members_offset(Dwarf_Die *type, const char *path, uint32_t *ret);

// How many members of the type that a typedef calls name begin before the byte end of a struct, those
// in embedded structs and arrays among them. STATUS_INVALID.
must_check enum status members_count_before(
	Dwarf_Die *type, uint64_t end, const char *name, uint32_t *ret);
