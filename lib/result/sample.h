// SPDX-License-Identifier: MIT
// One sample of a target: everything that was found at one moment, as plain results.
#pragma once

#include "base/guard.h"
#include "result/census.h"
#include "result/copy_report.h"
#include "result/memory_usage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sample_generation {
	int32_t count, threshold;
	uint64_t objects; // in the list
	uint64_t collections, collected, uncollectable;
};

enum { SAMPLE_GENERATIONS_MAX = 4 };

struct sample_interpreter {
	int64_t id;
	bool gc_enabled;
	// The last one in use is the permanent generation.
	struct sample_generation generations[SAMPLE_GENERATIONS_MAX];
	unsigned generation_count;
	uint64_t garbage; // len(gc.garbage)
	uint64_t frozen;  // objects in the permanent generation
	bool has_heap;	  // the next three are known; the types are in the census
	uint64_t objects, bytes;
	uint64_t tracked;
};

struct sample_thread {
	pid_t tid;	// 0: unknown
	char state;	// of the kernel's thread; 0: unknown
	char *name;	// Python's name for it, or the kernel's; escaped
	char *function; // innermost Python function; NULL: none is running
	char *file;	// of that function, or NULL
	int line;
	unsigned depth;
	bool is_python;
};

struct sample {
	unsigned number; // 1, 2, ...
	double seconds;	 // CLOCK_BOOTTIME, which never goes back
	int64_t taken_ms; // UTC, since 1970; goes back if the clock was set back
	struct memory_usage memory;
	struct copy_report copy;
	struct census *census; // NULL: the heap was not walked
	char *census_missing;  // then the reason, one sentence
	struct sample_interpreter *interpreters;
	size_t interpreter_count;
	struct sample_thread *threads;
	size_t thread_count;
};

// Frees the strings.
void sample_thread_deinit(struct sample_thread *thread);

void sample_destroy(struct sample *sample);
GUARD(struct sample, sample_destroy)
