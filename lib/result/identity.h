// SPDX-License-Identifier: MIT
// The identity of a target.
#pragma once

#include "base/error.h"

#include <stdint.h>
#include <sys/types.h>

// Strings are escaped, valid UTF-8.
struct identity {
	pid_t pid;
	uint64_t start_time;
	char *exe, *command_line;
	char python[32];	    // "3.11.2"
	const char *build[4];	    // "debug", "free-threaded", ...; ended by NULL
	const char *layout_source; // "table", "dwarf", "published", "structure"
};

// Frees the strings; leaves an empty identity.
void identity_deinit(struct identity *identity);

// The caller releases *ret, which is written only on success. STATUS_NO_MEMORY.
must_check enum status identity_copy(const struct identity *identity, struct identity *ret);
