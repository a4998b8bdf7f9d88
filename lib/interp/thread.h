// SPDX-License-Identifier: MIT
// The Python threads of an image, and the frames that each is running.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;
struct interpreter;
struct runtime;

struct python_thread {
	addr_t address;	   // PyThreadState
	addr_t interpreter;
	uint64_t ident;	   // pthread_self()
	uint64_t tid;	   // kernel thread id in the target's pid namespace; 0 where not recorded
	addr_t top_frame;  // innermost frame: see frame_read(); 0 when idle
	unsigned depth;	   // Python frames on its stack
};

// All threads of one interpreter state. The caller frees *ret. Bounded; STATUS_INVALID where the
// chain runs in a circle.
must_check enum status threads_read(const struct runtime *runtime, const struct image *image,
	const struct interpreter *interpreter, struct python_thread **ret, size_t *ret_count,
	struct error *err);

// One running frame. From 3.11 on a frame is a _PyInterpreterFrame, before a PyFrameObject; this
// hides which.
struct frame {
	addr_t address;	 // of the frame struct or object
	addr_t previous; // the caller, 0 at the end
	addr_t code;	 // code object; 0 for frames without (shims)
	int line;	 // current line; the code's first line where the table does not say
};

// Reads the frame at addr. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status frame_read(const struct runtime *runtime, const struct image *image,
	addr_t addr, struct frame *ret);

// Function name (co_name) and file (co_filename, last component) of a code object, as escaped
// UTF-8; the caller frees both. STATUS_UNREADABLE, STATUS_INVALID, STATUS_NO_MEMORY.
must_check enum status code_describe(const struct runtime *runtime, const struct image *image,
	addr_t code, char **ret_name, char **ret_file);
