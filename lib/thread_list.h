// SPDX-License-Identifier: MIT
// The threads of a sample: what the kernel and the interpreter know of each, side by side.
#pragma once

#include "analysis/sample.h"
#include "base/error.h"

struct heap;
struct interpreter;

struct thread_source {
	pid_t pid;
	const struct heap *heap; // NULL without interpreters
	const struct interpreter *interpreters;
	size_t interpreter_count;
};

// Fills in the sample's threads: those of the kernel in its order, then those of the interpreter that
// match none of them. What cannot be read of a thread stays unknown. STATUS_NO_MEMORY.
must_check enum status thread_list_read(
	const struct thread_source *source, struct sample *sample, struct error *err);
