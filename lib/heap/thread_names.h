// SPDX-License-Identifier: MIT
// The names that Python gave its threads: threading._active maps each thread's ident to a Thread
// object with _name and _native_id (Lib/threading.py, 3.8 to 3.15).
#pragma once

#include "base/error.h"
#include "base/map.h"
#include "heap/heap.h"

#include <stdint.h>

struct interpreter;

MAP_U64(thread_name_map, char *)

// {0} is empty.
struct thread_names {
	struct thread_name_map by_tid; // the names are owned
};

// Adds the threads of one interpreter. If there is no module threading, or something in it is not
// plausible, names are missing. STATUS_NO_MEMORY.
must_check enum status thread_names_add(
	struct thread_names *names, const struct heap *heap, const struct interpreter *interpreter);
void thread_names_deinit(struct thread_names *names);

// The name of the thread with this kernel thread id, in the numbering of the target's pid
// namespace: escaped UTF-8, owned by names. NULL: unknown.
const char *thread_names_find(const struct thread_names *names, uint64_t tid);
