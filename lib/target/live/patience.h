// SPDX-License-Identifier: MIT
// Work that may never end, such as reading memory that a file system in user space has to supply:
// another thread does it, and after a while nobody waits for it any more.
#pragma once

#include "base/error.h"

// What the work is about: put it first in a struct of your own, from malloc().
struct patience_job {
	void (*work)(struct patience_job *job);
	void (*release)(struct patience_job *job); // frees all of it
};

// Runs job->work() in a thread of its own, with all signals blocked, and waits for it at most
// limit_ms. STATUS_OK: it is done, and the job is the caller's again. Otherwise the job is not the
// caller's any more and gets released: now, with STATUS_NO_MEMORY (no thread), or whenever the work
// ends, with STATUS_UNREADABLE.
must_check enum status patience_run(struct patience_job *job, double limit_ms);
