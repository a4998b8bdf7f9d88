// SPDX-License-Identifier: MIT
// What it takes to read the objects of one CPython: its memory, where the fields lie in it, and which
// types are which.
#pragma once

#include "layout/layout.h"
#include "python/memory.h"
#include "result/address.h"

// The static types that objects are recognised by, and a few other objects. The list is
// python/well_known.def: WELL_KNOWN(dict, "PyDict_Type", "dict") makes WELL_KNOWN_dict.
#define WELL_KNOWN(name, symbol, type_name) WELL_KNOWN_##name,
enum well_known {
#include "python/well_known.def"
	WELL_KNOWN_COUNT,
};
#undef WELL_KNOWN

// Borrowed pointers. Made on the spot, meant to be read.
struct python {
	struct memory memory;
	const struct layout *layout;
	const addr_t *well_known; // WELL_KNOWN_COUNT addresses, 0 where it is not known
};
