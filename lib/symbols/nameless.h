// SPDX-License-Identifier: MIT
// An interpreter without symbols, by what its data looks like.
#pragma once

#include "base/error.h"
#include "result/address.h"

struct target;

struct nameless {
	addr_t runtime; // _PyRuntime by the cookie that opens it since 3.13; else 0
	addr_t type;	// the object type, the type of itself, called "type"; else 0
};

// Searches the data of the object at path. Nothing found is STATUS_OK, too. STATUS_NO_MEMORY; what
// target_read_maps() returns.
must_check enum status nameless_find(
	const struct target *target, const char *path, struct nameless *ret);
