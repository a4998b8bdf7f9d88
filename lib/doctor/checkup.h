// SPDX-License-Identifier: MIT
// Examines one process step by step: whether we may attach to it, whether it is a CPython that we know,
// and what a sample would cost.
#pragma once

#include <sys/types.h>

struct findings;

// Adds the findings. Stops no process; ends at the first step that fails.
void checkup_run(pid_t pid, struct findings *findings);
