// SPDX-License-Identifier: MIT
// A file of samples that is written.
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
	RECORDER_APPEND, // creates the file, or appends to it
	RECORDER_ONCE,	 // the file appears complete, at recorder_finish()
};

// As store_open_append() and store_open_once().
must_check enum status recorder_open(
	const char *path, enum recorder_mode mode, struct recorder **ret, struct error *err);
void recorder_close(struct recorder *recorder);
GUARD(struct recorder, recorder_close)

// Adds a sample of a process of this machine. As store_add().
must_check enum status recorder_add(struct recorder *recorder, const struct identity *identity,
	const struct sample *sample, struct error *err);

// Adds the kernel's figures of a process's memory, without stopping it. missing says why its heap
// was not walked; NULL: that was not requested. STATUS_GONE: the process has ended, or start_time
// (0: any) is not its start time.
must_check enum status recorder_add_memory(struct recorder *recorder, pid_t pid,
	uint64_t start_time, const char *missing, struct error *err);

// Whether the next sample must have a heap if one sample in every has one: the first one, and then
// each one after every - 1 samples without.
must_check enum status recorder_is_heap_due(struct recorder *recorder,
	const struct identity *identity, uint64_t every, bool *ret, struct error *err);

// Reads the first and the last sample of the process with a heap, from which growth is measured;
// NULL: there is none. *ret_last is NULL if both are the same. The caller destroys both.
must_check enum status recorder_earlier(struct recorder *recorder, const struct identity *identity,
	struct sample **ret_first, struct sample **ret_last, struct error *err);

// As store_prune() and store_finish().
must_check enum status recorder_prune(
	struct recorder *recorder, double seconds, struct error *err);
must_check enum status recorder_finish(struct recorder *recorder, struct error *err);
