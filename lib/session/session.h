// SPDX-License-Identifier: MIT
// The front door: open a target, take samples step by step, look at the results.
#pragma once

#include "analysis/results.h"
#include "base/error.h"
#include "base/guard.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct inspection;
struct references;
struct session;

struct session_options {
	pid_t pid;
	double interval_seconds;   // between samples; for the screen's headline
	uint64_t max_memory_bytes; // 0: what is to spare
	double max_pause_ms;	   // 0: no limit
	bool with_values;
	const char *inspect; // name of an object that every sample inspects (heap/lookup.h); NULL: none
	const char *refs; // of an object or a type whose holders every sample looks for (heap/holders.h); likewise
};

// Opens the process, finds its interpreter, checks its layout. Takes no sample. Statuses as
// target_open_pid(), interpreter_file_open(), runtime_create().
must_check enum status session_open(
	const struct session_options *options, struct session **ret, struct error *err);
void session_close(struct session *session);
GUARD(struct session, session_close)

// Reads the RSS, without stopping the target, into the history. STATUS_GONE.
must_check enum status session_poll_memory(struct session *session, struct error *err);

// Adds a sample of the same process that was taken earlier and stored: growth is measured from it as if
// this session had taken it. Takes it over.
void session_add_earlier_take(struct session *session, struct sample *sample);

// Begins a sample: stops the target, copies, resumes. Where the copy cannot be afforded the sample
// has no census and says why; that is STATUS_OK. The tables of the last sample stay.
must_check enum status session_begin_sample(struct session *session, struct error *err);

// A bounded piece (some milliseconds) of the work on a sample that was begun. STATUS_MORE; STATUS_OK
// when it is in the history. Of an inspection as lookup_find(), of holders as holders_find();
// STATUS_FAILED where the sample has no census.
must_check enum status session_step(struct session *session, struct error *err);

// Where the sample stands: objects met, and a guess of how many there are (0: no idea).
void session_progress(const struct session *session, uint64_t *met, uint64_t *expected);

// Gives up a sample that was begun.
void session_cancel_sample(struct session *session);

// The current results; pointers are good until the next session_step() or session_set_baseline().
const struct results *session_results(const struct session *session);

// What the last sample's inspection found; NULL where there was none. Good until the next
// session_begin_sample().
const struct inspection *session_inspection(const struct session *session);

// The same of whom it looked for.
const struct references *session_references(const struct session *session);

void session_set_baseline(struct session *session);
