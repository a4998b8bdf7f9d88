// SPDX-License-Identifier: MIT
// Why a process cannot be traced: what this machine says of us, whichever process it is. Of a process
// target_diagnose_access() tells.
#pragma once

#include <stdbool.h>

// Whether we have CAP_SYS_PTRACE.
bool access_has_ptrace_capability(void);

// kernel.yama.ptrace_scope; -1 where the kernel has no yama.
int access_yama_scope(void);
