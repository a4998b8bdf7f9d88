// SPDX-License-Identifier: MIT
// Members of a struct, as DWARF describes it.
#pragma once

#include "base/error.h"

#include <elfutils/libdw.h>
#include <stdint.h>

// The struct or union behind a tag or a typedef, with all its members. STATUS_NOT_FOUND for a mere
// declaration or for anything else.
must_check enum status members_complete(Dwarf_Die *die, Dwarf_Die *ret);

// The size of a struct. STATUS_NOT_FOUND where it is not stated.
must_check enum status members_size(Dwarf_Die *type, uint32_t *ret);

// The offset of "a.b.c" in a struct, descending through embedded structs, arrays of them (the first
// element) and unnamed unions. STATUS_NOT_FOUND, STATUS_INVALID.
must_check enum status members_offset(Dwarf_Die *type, const char *path, uint32_t *ret);

// How many members of the type that a typedef calls name begin before the byte end of a struct, those
// in embedded structs and arrays among them. STATUS_INVALID.
must_check enum status members_count_before(
	Dwarf_Die *type, uint64_t end, const char *name, uint32_t *ret);
