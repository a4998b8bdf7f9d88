// SPDX-License-Identifier: MIT
// What stands between leaktop and a process, and what to do about it.
#pragma once

#include "base/error.h"
#include "view/table.h"

#include <sys/types.h>

// Examines this machine and every Python process on it; with a pid (not 0) one process, step by step.
// Stops no process. The table has one row per check; *ret_worst is the status of the first check
// that failed, otherwise STATUS_OK. The caller destroys the table. STATUS_NO_MEMORY.
must_check enum status doctor_examine(
	pid_t pid, struct table **ret, enum status *ret_worst, struct error *err);
