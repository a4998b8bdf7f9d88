// SPDX-License-Identifier: MIT
#include "session/thread_list.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/vector.h"
#include "heap/heap.h"
#include "heap/thread_names.h"
#include "interp/runtime.h"
#include "interp/threads.h"
#include "python/code.h"
#include "python/frame.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/machine.h"
#include "target/process.h"

#include <stdio.h>
#include <string.h>

enum {
	// Frames without code on top of a stack: entries from C (shims), one for each C call.
	SHIMS_MAX = 8,
};

VECTOR(threads, struct sample_thread)

struct thread_list {
	const struct capture *capture;
	const struct heap *heap; // set while Python's threads are added
	struct threads threads;
	struct thread_names names;
};

void thread_list_destroy(struct thread_list *list)
{
	if (!list)
		return;
	vector_for_each (thread, &list->threads)
		sample_thread_deinit(thread);
	threads_deinit(&list->threads);
	thread_names_deinit(&list->names);
	free(list);
}

static enum status add_kernel_thread(struct thread_list *list, const struct process_thread *kernel)
{
	struct text name = {0};
	text_add_foreign(&name, kernel->name, strnlen(kernel->name, sizeof(kernel->name)));
	AUTO(freep) char *escaped = text_take(&name);
	struct sample_thread *thread = escaped ? threads_add_zeroed(&list->threads) : NULL;
	if (!thread)
		return STATUS_NO_MEMORY;
	*thread = (struct sample_thread){
		.tid = kernel->tid, .state = kernel->state, .name = take_ptr(escaped)};
	return STATUS_OK;
}

// The kernel's thread with an inner id, unless another Python thread has been matched to it.
static struct sample_thread *find_kernel_thread(const struct thread_list *list, uint64_t tid)
{
	struct sample_thread *threads = list->threads.items;
	for (size_t i = 0; i < list->capture->thread_count; i++)
		if (tid && (uint64_t)list->capture->threads[i].inner_tid == tid && !threads[i].is_python)
			return &threads[i];
	return NULL;
}

// Before CPython 3.11 a thread state has no tid, but the C library's thread has. It is used only if
// the process has a thread with that id.
static uint64_t tid_of(const struct thread_list *list, const struct python_thread *python)
{
	if (python->tid)
		return python->tid;
	const void *bytes = image_at(
		list->heap->image, python->ident + MACHINE_GLIBC_TID_OFFSET, sizeof(uint32_t));
	return bytes ? bytes_u32(bytes, 0) : 0;
}

static void describe_top_frame(const struct thread_list *list, const struct python_thread *python,
	struct sample_thread *thread)
{
	const struct heap *heap = list->heap;
	struct frame frame = {.previous = python->top_frame};
	for (unsigned i = 0; i < SHIMS_MAX && frame.previous && !frame.code; i++)
		if (frame_read(&heap->python, frame.previous, &frame))
			return;
	if (!frame.code)
		return;
	char *function, *file;
	if (code_describe(&heap->python, frame.code, &function, &file))
		return;
	thread->function = function;
	thread->file = file;
	thread->line = frame.line;
}

// Python's name is better: the kernel's is often that of the program.
static enum status name_thread(
	const struct thread_list *list, uint64_t tid, struct sample_thread *thread)
{
	const char *name = thread_names_find(&list->names, tid);
	if (!name)
		return STATUS_OK;
	struct text copy = {0};
	text_add(&copy, name);
	free(thread->name);
	thread->name = text_take(&copy);
	return thread->name ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status add_python_thread(struct thread_list *list, const struct python_thread *python)
{
	uint64_t tid = tid_of(list, python);
	struct sample_thread *thread = find_kernel_thread(list, tid);
	if (!thread)
		thread = threads_add_zeroed(&list->threads);
	if (!thread)
		return STATUS_NO_MEMORY;
	thread->is_python = true;
	thread->depth = python->depth;
	describe_top_frame(list, python, thread);
	return name_thread(list, tid, thread);
}

static enum status add_python_threads(
	struct thread_list *list, const struct interpreter *interpreter)
{
	const struct heap *heap = list->heap;
	AUTO(freep) struct python_thread *threads = NULL;
	size_t count = 0;
	struct error why;
	enum status status = thread_names_add(&list->names, heap, interpreter);
	if (status)
		return status;
	status = threads_read(&heap->python, interpreter, &threads, &count, &why);
	if (status && status != STATUS_NO_MEMORY) {
		log_trace(LOG_SESSION, "threads: %s", why.message);
		return STATUS_OK;
	}
	for (size_t i = 0; !status && i < count; i++)
		status = add_python_thread(list, &threads[i]);
	return status;
}

enum status thread_list_create(
	const struct capture *capture, struct thread_list **ret, struct error *err)
{
	AUTO(thread_list_destroyp) struct thread_list *list = calloc(1, sizeof(*list));
	enum status status = list ? STATUS_OK : STATUS_NO_MEMORY;
	if (list)
		list->capture = capture;
	for (size_t i = 0; !status && i < capture->thread_count; i++)
		status = add_kernel_thread(list, &capture->threads[i]);
	if (status)
		return error_set(err, status, "cannot allocate the list of threads");
	*ret = take_ptr(list);
	return STATUS_OK;
}

enum status thread_list_add_python(struct thread_list *list, const struct heap *heap,
	const struct interpreter *interpreter, struct error *err)
{
	list->heap = heap;
	enum status status = add_python_threads(list, interpreter);
	list->heap = NULL;
	return status ? error_set(err, status, "cannot allocate the list of threads") : STATUS_OK;
}

void thread_list_take(struct thread_list *list, struct sample *sample)
{
	sample->threads = threads_take_items(&list->threads, &sample->thread_count);
}
