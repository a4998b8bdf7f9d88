// SPDX-License-Identifier: MIT
// The name of a process in labels and titles.
#pragma once

struct identity;

// A name for a process that is no secret and stays when it is started anew: that of its script or
// module ("service.py", "uvicorn"), else of its program. Never more of its command line. At most 63
// bytes and valid UTF-8; ret of PROCESS_NAME_SIZE.
enum { PROCESS_NAME_SIZE = 64 };
void process_name(const struct identity *identity, char *ret);
