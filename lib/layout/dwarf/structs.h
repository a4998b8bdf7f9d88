// SPDX-License-Identifier: MIT
// The structs that fields.def names, as found in one DWARF.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <elfutils/libdw.h>
#include <stddef.h>

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
