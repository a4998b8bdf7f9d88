// SPDX-License-Identifier: MIT
// Compares two recorded samples, of one file or of two.
#pragma once

#include "analysis/growth.h"
#include "base/error.h"
#include "base/guard.h"
#include "result/identity.h"
#include "result/sample.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct comparison_options {
	const char *before, *after; // files; after NULL: the same file
	pid_t pid;		    // of the process; 0: the only one
	uint64_t from, to;	    // numbers of samples, from 1 on; 0: not given
	bool force;		    // allow different processes
};

// Meant to be read.
struct comparison {
	struct identity before_identity, after_identity;
	struct sample *before, *after;
	bool is_same_process; // otherwise containers are not compared: addresses mean nothing
	bool has_heap;	      // both samples have; otherwise only memory is compared
	struct growth *growth;
};

// Takes from one file the first and the last sample with a heap, from two files the last one of
// each. The caller destroys *ret. STATUS_USAGE: the process or the sample is ambiguous, or the
// processes differ; otherwise as recording_open() and recording_read().
must_check enum status comparison_create(
	const struct comparison_options *options, struct comparison **ret, struct error *err);
void comparison_destroy(struct comparison *comparison);
GUARD(struct comparison, comparison_destroy)
