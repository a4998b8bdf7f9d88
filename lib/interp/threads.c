// SPDX-License-Identifier: MIT
#include "interp/threads.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/vector.h"
#include "interp/runtime.h"
#include "python/chain.h"
#include "python/field.h"
#include "python/frame.h"

#include <inttypes.h>

enum {
	THREADS_MAX = 100 * 1000,
	FRAMES_MAX = 1000 * 1000, // of all threads together
};

VECTOR(threads, struct python_thread)

// The innermost frame: in the thread state up to 3.10 and from 3.13 on; in 3.11 and 3.12 in a
// struct on the C stack to which the thread state points (PyThreadState.cframe).
static enum status read_top_frame(const struct python *python, addr_t thread, addr_t *ret)
{
	if (field_is_known(python, FIELD_thread_frame))
		return field_u64(python, thread, FIELD_thread_frame, ret);
	if (field_is_known(python, FIELD_thread_current_frame))
		return field_u64(python, thread, FIELD_thread_current_frame, ret);
	addr_t cframe = 0;
	enum status status = field_u64(python, thread, FIELD_thread_cframe, &cframe);
	*ret = 0;
	return status || !cframe ? status
				 : field_u64(python, cframe, FIELD_cframe_current_frame, ret);
}

// Finds the innermost frame with code, and counts the frames with code. If the chain breaks off,
// the frames before that point count.
static void count_frames(
	const struct python *python, struct python_thread *thread, unsigned *budget)
{
	addr_t at = 0;
	struct chain chain = {0};
	if (read_top_frame(python, thread->address, &at))
		return;
	while (at && *budget && !chain_closes(&chain, at)) {
		struct frame frame;
		enum status status = frame_read_code(python, at, &frame);
		if (status) {
			log_trace(LOG_INTERP, "frame 0x%" PRIx64 " %s", at, status_text(status));
			return;
		}
		if (frame.code && !thread->depth++)
			thread->top_frame = at;
		at = frame.previous;
		--*budget;
	}
	if (at)
		log_trace(LOG_INTERP, "the frames of thread state 0x%" PRIx64 " do not end",
			thread->address);
}

static enum status read_thread(
	const struct python *python, addr_t address, struct python_thread *ret, addr_t *next)
{
	ret->address = address;
	enum status status = field_u64(python, address, FIELD_thread_interp, &ret->interpreter);
	if (!status)
		status = field_u64(python, address, FIELD_thread_thread_id, &ret->ident);
	if (!status)
		status = field_u64(python, address, FIELD_thread_next, next);
	if (!status)
		status = field_optional_u64(
			python, address, FIELD_thread_native_thread_id, &ret->tid);
	return status;
}

static enum status read_chain(const struct python *python,
	const struct interpreter *interpreter, struct threads *threads)
{
	addr_t at = 0;
	struct chain chain = {0};
	unsigned budget = FRAMES_MAX;
	enum status status =
		field_u64(python, interpreter->address, FIELD_interp_threads_head, &at);
	while (!status && at) {
		if (threads->count == THREADS_MAX || chain_closes(&chain, at))
			return STATUS_INVALID;
		struct python_thread *thread = threads_add_zeroed(threads);
		addr_t next = 0;
		if (!thread)
			return STATUS_NO_MEMORY;
		status = read_thread(python, at, thread, &next);
		if (status)
			return status;
		if (thread->interpreter != interpreter->address)
			return STATUS_INVALID;
		count_frames(python, thread, &budget);
		at = next;
	}
	return status;
}

enum status threads_read(const struct python *python, const struct interpreter *interpreter,
	struct python_thread **ret, size_t *ret_count, struct error *err)
{
	AUTO(threads_deinit) struct threads threads = {0};
	enum status status = read_chain(python, interpreter, &threads);
	if (status)
		return error_set(err, status,
			"cannot follow the thread states of interpreter %" PRId64 " behind the %zuth: %s",
			interpreter->id, threads.count, status_text(status));
	*ret = threads_take_items(&threads, ret_count);
	return STATUS_OK;
}
