// SPDX-License-Identifier: MIT
// Debug information from the servers that DEBUGINFOD_URLS names, through the client library of
// elfutils. The library is loaded when it is needed: leaktop can be built and run without it.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct build_id;

// Whether DEBUGINFOD_URLS names a server.
bool debug_server_is_wanted(void);

// Fetches the debug file with that build-id, or finds it in the library's cache. Waits at most 10
// seconds until the download begins, and two minutes until it is complete; after one second it says
// on stderr what it is waiting for. The caller closes *ret_fd and frees *ret_path, the path in the
// cache. STATUS_NOT_FOUND: no server has it, none answers in time, or the library is not installed;
// err says which.
must_check enum status debug_server_fetch(
	const struct build_id *id, int *ret_fd, char **ret_path, struct error *err);
