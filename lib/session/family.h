// SPDX-License-Identifier: MIT
// The Python processes that someone means: by pid, by command line, with their descendants.
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
	bool children;	   // and all descendants
};

struct family_member {
	pid_t pid;
	uint64_t start_time; // 0: there is no such process
	bool is_named;	     // by its pid
};

// Finds them as they are now, ascending by pid: those of the pids whatever they are, of the others only
// Python processes, and never this one. None is STATUS_OK with a count of 0. The caller frees *ret.
// STATUS_USAGE: match is no regular expression, or this process is named.
must_check enum status family_find(const struct family_options *options,
	struct family_member **ret, size_t *ret_count, struct error *err);
