// SPDX-License-Identifier: MIT
// The structs that fields.def names, as one DWARF describes them, and the offsets of their members.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

struct structs;

// Lists the names of all structs in fields.def; none is found yet. STATUS_NO_MEMORY.
must_check enum status structs_create(struct structs **ret, struct error *err);
void structs_destroy(struct structs *structs);
GUARD(struct structs, structs_destroy)

// Searches every unit of a DWARF for complete definitions. STATUS_INVALID: a name has two
// definitions of different sizes, and nothing tells which one is meant.
must_check enum status structs_scan(struct structs *structs, Dwarf *dwarf, struct error *err);

// The definition of the struct called name (length bytes), or NULL. Valid while the DWARF is open.
Dwarf_Die *structs_find(struct structs *structs, const char *name, size_t length);

// --- Members of a struct, as DWARF describes it ---

// The size of a struct. STATUS_NOT_FOUND: it is not stated.
must_check enum status members_size(Dwarf_Die *type, uint32_t *ret);

// The offset of "a.b.c" in a struct; descends into embedded structs, arrays of them (the first
// element) and unnamed unions. STATUS_NOT_FOUND, STATUS_INVALID.
must_check enum status members_offset(Dwarf_Die *type, const char *path, uint32_t *ret);

// Counts the members whose type has the typedef name and which begin before the byte end of a
// struct, including those in embedded structs and arrays. STATUS_INVALID.
must_check enum status members_count_before(
	Dwarf_Die *type, uint64_t end, const char *name, uint32_t *ret);
