// SPDX-License-Identifier: MIT
// The Python threads of an interpreter, and their running frames.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interpreter;
struct python;

struct python_thread {
	addr_t address;	   // PyThreadState
	addr_t interpreter;
	uint64_t ident;	   // pthread_self()
	uint64_t tid;	   // kernel thread id in the target's pid namespace; 0: not recorded
	addr_t top_frame;  // innermost frame (see frame_read()); 0: the thread runs no Python code
	unsigned depth;	   // Python frames on its stack
};

// Reads all threads of one interpreter state, up to a limit. The caller frees *ret. STATUS_INVALID:
// the list of threads is a cycle.
must_check enum status threads_read(const struct python *python,
	const struct interpreter *interpreter, struct python_thread **ret, size_t *ret_count,
	struct error *err);
