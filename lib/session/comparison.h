// SPDX-License-Identifier: MIT
// Two recorded samples, compared: of one file or of two.
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
	const char *before, *after; // files; after NULL: the same
	pid_t pid;		    // which process; 0: the only one
	uint64_t from, to;	    // numbers of samples, from 1 on; 0: unless told
	bool force;		    // also of different processes
};

// Meant to be read.
struct comparison {
	struct identity before_identity, after_identity;
	struct sample *before, *after;
	bool is_same_process; // else containers are not compared: addresses mean nothing
	bool has_heap;	      // both samples have; else there is growth of memory alone
	struct growth *growth;
};

// From one file the first and the last sample with a heap, from two the last one of each. The caller
// destroys *ret. STATUS_USAGE: which process or sample is meant is not said, or they are of different
// processes; as recording_open() and recording_read().
must_check enum status comparison_create(
	const struct comparison_options *options, struct comparison **ret, struct error *err);
void comparison_destroy(struct comparison *comparison);
GUARD(struct comparison, comparison_destroy)
