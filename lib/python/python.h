// SPDX-License-Identifier: MIT
// What the readers of objects need: the memory of a CPython, its layout, and the addresses of its
// well-known types.
#pragma once

#include "layout/layout.h"
#include "python/memory.h"
#include "result/address.h"

// The static types by which objects are recognized, and a few other objects. The list is
// python/well_known.def: WELL_KNOWN(dict, "PyDict_Type", "dict") makes WELL_KNOWN_dict.
#define WELL_KNOWN(name, symbol, type_name) WELL_KNOWN_##name,
enum well_known {
#include "python/well_known.def"
	WELL_KNOWN_COUNT,
};
#undef WELL_KNOWN

// Borrowed pointers.
struct python {
	struct memory memory;
	const struct layout *layout;
	const addr_t *well_known; // WELL_KNOWN_COUNT addresses; 0: unknown
};
