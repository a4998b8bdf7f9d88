// SPDX-License-Identifier: MIT
// The threads of a sample: combines what the kernel and the interpreter know of each.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/sample.h"

struct capture;
struct heap;
struct interpreter;

struct thread_list;

// Lists the kernel's threads of a capture, in the kernel's order. Borrows capture.
// STATUS_NO_MEMORY.
must_check enum status thread_list_create(
	const struct capture *capture, struct thread_list **ret, struct error *err);
void thread_list_destroy(struct thread_list *list);
GUARD(struct thread_list, thread_list_destroy)

// Adds what an interpreter knows of them, and its threads that match none. What cannot be read of a
// thread stays unknown. STATUS_NO_MEMORY.
must_check enum status thread_list_add_python(struct thread_list *list, const struct heap *heap,
	const struct interpreter *interpreter, struct error *err);

// Hands the threads over to a sample.
void thread_list_take(struct thread_list *list, struct sample *sample);
