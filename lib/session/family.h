// SPDX-License-Identifier: MIT
// The Python processes that a user selects: by pid, by command line, with their descendants.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct family_options {
	const pid_t *pids;
	size_t pid_count;
	const char *match; // an extended regular expression for the command line, or NULL
	bool children;	   // also all descendants
};

struct family_member {
	pid_t pid;
	uint64_t start_time; // 0: there is no such process
	bool is_named;	     // selected by its pid
};

// Finds the current processes, ascending by pid: all with one of the pids, and of the others only
// Python processes, never this one. If there are none: STATUS_OK and a count of 0. The caller frees
// *ret. STATUS_USAGE: match is not a regular expression, or names this process.
must_check enum status family_find(const struct family_options *options,
	struct family_member **ret, size_t *ret_count, struct error *err);
