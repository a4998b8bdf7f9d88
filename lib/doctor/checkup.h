// SPDX-License-Identifier: MIT
// One process examined step by step: may it be attached to, is it a CPython that we know, what would
// a sample cost.
#pragma once

#include <sys/types.h>

struct findings;

// Adds what is found. Stops nothing; ends at the first step that fails.
void checkup_run(pid_t pid, struct findings *findings);
