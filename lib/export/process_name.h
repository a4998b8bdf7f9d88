// SPDX-License-Identifier: MIT
// The name of a process in labels and titles.
#pragma once

struct identity;

// A name for a process that is not secret and that stays the same after a restart: that of its
// script or module ("service.py", "uvicorn"), otherwise of its program. Contains nothing else of
// its command line. At most 63 bytes of valid UTF-8; ret has PROCESS_NAME_SIZE bytes.
enum { PROCESS_NAME_SIZE = 64 };
void process_name(const struct identity *identity, char *ret);
