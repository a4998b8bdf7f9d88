// SPDX-License-Identifier: MIT
// A file of samples, written to.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/identity.h"
#include "result/sample.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct recorder;

enum recorder_mode {
	RECORDER_APPEND, // makes the file, or goes on with it
	RECORDER_ONCE,	 // the file appears whole, by recorder_finish()
};

// As store_open_append() and store_open_once().
must_check enum status recorder_open(
	const char *path, enum recorder_mode mode, struct recorder **ret, struct error *err);
void recorder_close(struct recorder *recorder);
GUARD(struct recorder, recorder_close)

// Adds a sample of a process of this machine. As store_add().
must_check enum status recorder_add(struct recorder *recorder, const struct identity *identity,
	const struct sample *sample, struct error *err);

// Adds what the kernel says of a process's memory: it is not stopped. missing says why its heap was
// not walked though that was wanted; NULL where it was not. STATUS_GONE: it ended, or start_time is
// not that of the process (0: any is).
must_check enum status recorder_add_memory(struct recorder *recorder, pid_t pid,
	uint64_t start_time, const char *missing, struct error *err);

// Whether a walk of the heap is due where one sample in every has one: the first, and then each
// that follows every - 1 without.
must_check enum status recorder_is_heap_due(struct recorder *recorder,
	const struct identity *identity, uint64_t every, bool *ret, struct error *err);

// The first and the last sample of the process with a heap, for growth to be measured from; NULL
// where there are none, and last is NULL where they are the same. The caller destroys both.
must_check enum status recorder_earlier(struct recorder *recorder, const struct identity *identity,
	struct sample **ret_first, struct sample **ret_last, struct error *err);

// As store_prune() and store_finish().
must_check enum status recorder_prune(
	struct recorder *recorder, double seconds, struct error *err);
must_check enum status recorder_finish(struct recorder *recorder, struct error *err);
