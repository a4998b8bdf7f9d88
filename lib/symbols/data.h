// SPDX-License-Identifier: MIT
// The writable memory of a mapped object, to be searched where its symbols do not tell.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>

struct target;

enum { DATA_OVERLAP = 64 }; // bytes of a chunk that are in the next one, too

// Looks at size bytes at addr. Returns whether to go on.
typedef bool (*data_visitor)(void *context, addr_t addr, const char *bytes, size_t size);

// Reads, live and in chunks, the data of the object at path and its .bss, which is the anonymous
// mapping behind it. What cannot be read is passed over, and no more than 64 MiB are read.
// STATUS_NO_MEMORY; what target_read_maps() returns.
must_check enum status data_read(
	const struct target *target, const char *path, data_visitor visit, void *context);
