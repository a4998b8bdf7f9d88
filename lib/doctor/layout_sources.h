// SPDX-License-Identifier: MIT
// leaktop layout --check -p PID: every way to know the layout of one process, against each other.
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct text;

// Adds for each source of a layout whether it is at hand, passes the self-check, and agrees with the
// first that does. STATUS_FAILED if two disagree; where none is at hand, what runtime_create() says.
must_check enum status layout_sources_compare(pid_t pid, struct text *text, struct error *err);
