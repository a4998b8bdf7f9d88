// SPDX-License-Identifier: MIT
// One sample of a target: everything that was found at one moment, as plain results. And the history
// of a target: what the views, the exporters and the verdict look at.
#pragma once

#include "analysis/type_series.h"
#include "base/array.h"
#include "base/error.h"
#include "heap/census.h"
#include "target/memory.h"
#include "target/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sample_generation {
	int32_t count, threshold;
	uint64_t objects; // in the list
	uint64_t collections, collected, uncollectable;
};

struct sample_interpreter {
	int64_t id;
	bool gc_enabled;
	struct sample_generation generations[4]; // the last one in use is the permanent one
	unsigned generation_count;
	uint64_t garbage; // len(gc.garbage)
	uint64_t frozen;  // objects in the permanent generation
	bool has_heap;	  // the next three are known; types are in the census
	uint64_t objects, bytes;
	uint64_t tracked;
};

struct sample_thread {
	pid_t tid;	// 0 where unknown
	char state;	// of the kernel's thread, 0 where unknown
	char *name;	// that Python gave it, else the kernel's; escaped
	char *function; // innermost Python function, NULL when none is running
	char *file;	// NULL likewise
	int line;
	unsigned depth;
	bool is_python;
};

struct sample {
	unsigned number; // 1, 2, ...
	double seconds;	 // CLOCK_BOOTTIME
	char taken_at[40]; // RFC 3339
	struct memory_usage memory;
	struct copy_report copy;
	struct census *census; // NULL where the heap was not walked
	char *census_missing;  // then the reason, one sentence
	struct sample_interpreter *interpreters;
	size_t interpreter_count;
	struct sample_thread *threads;
	size_t thread_count;
};

void sample_destroy(struct sample *sample);

// Who the target is. Strings are escaped, valid UTF-8.
struct identity {
	pid_t pid;
	uint64_t start_time;
	char *exe, *command_line;
	char python[32];	    // "3.11.2"
	const char *build[4];	    // "debug", "free-threaded", ...; ended by NULL
	const char *layout_source; // "table", "dwarf", "published", "structure"
};

// All Python objects at the time of one sample.
struct object_reading {
	double seconds; // CLOCK_BOOTTIME
	uint64_t objects, bytes;
};

// Meant to be read. The samples may be the same one.
struct history {
	struct identity identity;
	struct sample *baseline, *previous, *current; // NULL until there is one
	struct array memory;  // of struct memory_usage, oldest first, thinned when it grows long
	struct array objects; // of struct object_reading, likewise: one a sample with a census
	struct type_series types;
	double interval_seconds;
};

// Readings that a series holds at most.
enum { HISTORY_READINGS_MAX = 4096 };

void history_deinit(struct history *history);

// Adds a reading to the series. A series of HISTORY_READINGS_MAX is thinned to half before: evenly in
// time, so that it still covers all of it; first and last stay. STATUS_NO_MEMORY.
must_check enum status history_add_memory(struct history *history, const struct memory_usage *usage);

// The same for the series of objects, for who has no whole sample. STATUS_NO_MEMORY.
must_check enum status history_add_objects(
	struct history *history, const struct object_reading *reading);

// The newest sample becomes current, current becomes previous, the first becomes the baseline (the
// first with a census, once there is one). Takes the sample over, and destroys those that are not
// needed any more. Its objects go into the series of objects and types; where memory is short they
// are left out, and trends are coarser for it.
void history_add_sample_take(struct history *history, struct sample *sample);

// The current sample becomes the baseline.
void history_set_baseline(struct history *history);
