// SPDX-License-Identifier: MIT
// The main interface: open a target, take samples step by step, use the results.
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
	uint64_t max_memory_bytes; // 0: what is available
	double max_pause_ms;	   // 0: no limit
	bool with_values;
	// An object that every sample inspects (heap/lookup.h); NULL: none.
	const char *inspect;
	// An object, or a type, whose holders every sample looks for (heap/holders.h); NULL: none.
	const char *refs;
};

// Opens the process, finds its interpreter, checks its layout. Takes no sample. Statuses as
// target_open_pid(), interpreter_file_open(), runtime_create().
must_check enum status session_open(
	const struct session_options *options, struct session **ret, struct error *err);
void session_close(struct session *session);
GUARD(struct session, session_close)

// Reads RSS into the history, without stopping the target. STATUS_GONE.
must_check enum status session_poll_memory(struct session *session, struct error *err);

// Adds an earlier, stored sample of the same process: growth is measured from it as if this session
// had taken it. Takes it over.
void session_add_earlier_take(struct session *session, struct sample *sample);

// Begins a sample: stops the target, copies, resumes it. If there is not enough memory for the
// copy, the result is STATUS_OK and a sample without a census that says why. The results of the
// last sample stay.
must_check enum status session_begin_sample(struct session *session, struct error *err);

// Works for some milliseconds on the sample. STATUS_MORE; STATUS_OK: the sample is in the history.
// An inspection may fail as lookup_find(), a search for holders as holders_find(); STATUS_FAILED:
// the sample has no census for these.
must_check enum status session_step(struct session *session, struct error *err);

// The progress of the sample: objects met, and an estimate of how many there are (0: unknown).
void session_progress(const struct session *session, uint64_t *met, uint64_t *expected);

// Gives up the sample.
void session_cancel_sample(struct session *session);

// The current results; pointers are valid until the next session_step() or session_set_baseline().
const struct results *session_results(const struct session *session);

// The result of the last sample's inspection; NULL: there was none. Valid until the next
// session_begin_sample().
const struct inspection *session_inspection(const struct session *session);

// The same for the search for holders.
const struct references *session_references(const struct session *session);

void session_set_baseline(struct session *session);
