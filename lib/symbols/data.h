// SPDX-License-Identifier: MIT
// Searching the writable memory of a mapped object for what its symbols do not tell, and recognizing
// an interpreter that has no symbols.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;

enum { DATA_OVERLAP = 64 }; // bytes of a chunk that are in the next one, too

// Looks at size bytes at addr. Returns whether to go on.
typedef bool (*data_visitor)(void *context, addr_t addr, const char *bytes, size_t size);

// Reads the data of the object at path and its .bss (the anonymous mapping behind it) from the live
// process, in chunks. Passes over what cannot be read, and reads at most 64 MiB.
// STATUS_NO_MEMORY; what target_read_maps() returns.
must_check enum status data_read(
	const struct target *target, const char *path, data_visitor visit, void *context);

struct landmarks {
	addr_t runtime; // _PyRuntime by the cookie that opens it since 3.13; else 0
	addr_t type;	// the object type, the type of itself, called "type"; else 0
};

// Searches the data of the object at path for an interpreter. STATUS_OK also if it finds none.
// STATUS_NO_MEMORY; what target_read_maps() returns.
must_check enum status data_find_landmarks(
	const struct target *target, const char *path, struct landmarks *ret);

// --- The header of objects, as far as it must be known before there is a layout ---
//
//	  0  ob_refcnt   8  ob_type  16  ob_size   24  tp_name	in usual builds
//	 16  ob_refcnt  24  ob_type  32  ob_size   40  tp_name	behind two links with Py_TRACE_REFS
//								(3.8 to 3.12)
//	 16  counts     24  ob_type  32  ob_size   40  tp_name	free-threaded builds (3.13+)
enum {
	HEADER_TYPE = 8,
	HEADER_NAME = 24,
	HEADER_EXTRA = 16, // what all but the usual builds add
};

// How many bytes longer than usual the header is, 0 or HEADER_EXTRA, told by the type of types, which
// is its own type. STATUS_INVALID where it is in neither form; what target_read() returns.
must_check enum status data_read_header_extra(
	const struct target *target, addr_t type, uint32_t *ret);
