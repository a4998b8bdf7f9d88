// SPDX-License-Identifier: MIT
#include "interp/thread.h"

#include "base/array.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "interp/circle.h"
#include "interp/line_table.h"
#include "interp/runtime.h"
#include "interp/stack_ref.h"
#include "interp/string.h"
#include "target/image.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	THREADS_MAX = 100 * 1000,
	FRAMES_MAX = 1000 * 1000, // of all threads together
	NAME_MAX_CHARACTERS = 200,
	PATH_MAX_CHARACTERS = 4096,
	OWNER_SHIM = 3, // FRAME_OWNED_BY_CSTACK or _BY_INTERPRETER, and above (pycore_frame.h)
};

static bool read_field(const struct runtime *runtime, const struct image *image, addr_t base,
	enum layout_field field, uint64_t *ret)
{
	return image_read_u64(image, base + runtime->layout->field[field], ret);
}

static bool read_int(const struct runtime *runtime, const struct image *image, addr_t base,
	enum layout_field field, int32_t *ret)
{
	const void *bytes = image_at(image, base + runtime->layout->field[field], sizeof(*ret));
	if (bytes)
		*ret = bytes_i32(bytes, 0);
	return bytes;
}

// The innermost frame: in the thread state up to 3.10 and from 3.13 on, between them in a struct on
// the C stack that the thread state points to (PyThreadState.cframe).
static bool read_top_frame(const struct runtime *runtime, const struct image *image, addr_t thread,
	addr_t *ret)
{
	const struct layout *layout = runtime->layout;
	if (layout_has(layout, FIELD_thread_frame))
		return read_field(runtime, image, thread, FIELD_thread_frame, ret);
	if (layout_has(layout, FIELD_thread_current_frame))
		return read_field(runtime, image, thread, FIELD_thread_current_frame, ret);
	uint64_t cframe = 0;
	if (!layout_has(layout, FIELD_thread_cframe) ||
		!read_field(runtime, image, thread, FIELD_thread_cframe, &cframe))
		return false;
	*ret = 0;
	return !cframe || read_field(runtime, image, cframe, FIELD_cframe_current_frame, ret);
}

static bool is_code(const struct runtime *runtime, const struct image *image, addr_t code)
{
	uint64_t type = 0;
	return read_field(runtime, image, code, FIELD_object_type, &type) && type &&
		type == runtime->well_known[WELL_KNOWN_code];
}

// Up to 3.10: a PyFrameObject. f_lasti is -1 before the first instruction.
static enum status read_frame_object(const struct runtime *runtime, const struct image *image,
	struct frame *frame, int64_t *offset)
{
	int32_t last = -1;
	if (!read_field(runtime, image, frame->address, FIELD_frame_object_back, &frame->previous) ||
		!read_field(runtime, image, frame->address, FIELD_frame_object_code, &frame->code) ||
		!read_int(runtime, image, frame->address, FIELD_frame_object_lasti, &last))
		return STATUS_UNREADABLE;
	if (!is_code(runtime, image, frame->code))
		return STATUS_INVALID;
	*offset = runtime->layout->traits.has_scaled_lasti && last > 0 ? 2 * (int64_t)last : last;
	return STATUS_OK;
}

static enum status read_interpreter_frame(const struct runtime *runtime, const struct image *image,
	struct frame *frame, int64_t *offset)
{
	const struct layout *layout = runtime->layout;
	const void *bytes = image_at(image, frame->address, layout->field[FIELD_frame_localsplus]);
	if (!bytes)
		return STATUS_UNREADABLE;
	frame->previous = bytes_u64(bytes, layout->field[FIELD_frame_previous]);
	if (layout->traits.has_shim_frames &&
		bytes_u8(bytes, layout->field[FIELD_frame_owner]) >= OWNER_SHIM)
		return STATUS_OK;
	frame->code = stack_ref_object(layout, bytes_u64(bytes, layout->field[FIELD_frame_code]));
	if (!is_code(runtime, image, frame->code))
		return STATUS_INVALID;
	uint64_t instruction = bytes_u64(bytes, layout->field[FIELD_frame_instruction]);
	*offset = (int64_t)(instruction - frame->code - layout->field[FIELD_code_bytecode]);
	return STATUS_OK;
}

// Reads all of a frame but its line, and how far behind the start of its bytecode it is.
static enum status read_frame(const struct runtime *runtime, const struct image *image, addr_t addr,
	struct frame *ret, int64_t *offset)
{
	*ret = (struct frame){.address = addr};
	if (layout_has(runtime->layout, FIELD_frame_code))
		return read_interpreter_frame(runtime, image, ret, offset);
	return read_frame_object(runtime, image, ret, offset);
}

// Finds the innermost frame with code and counts such frames. A chain that breaks off is counted
// up to there.
static void count_frames(const struct runtime *runtime, const struct image *image,
	struct python_thread *thread, unsigned *budget)
{
	addr_t at = 0;
	struct circle circle = {0};
	if (!read_top_frame(runtime, image, thread->address, &at))
		return;
	while (at && *budget && !circle_closes(&circle, at)) {
		struct frame frame;
		int64_t offset;
		enum status status = read_frame(runtime, image, at, &frame, &offset);
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

static enum status read_thread(const struct runtime *runtime, const struct image *image,
	addr_t address, struct python_thread *ret, addr_t *next)
{
	ret->address = address;
	if (!read_field(runtime, image, address, FIELD_thread_interp, &ret->interpreter) ||
		!read_field(runtime, image, address, FIELD_thread_thread_id, &ret->ident) ||
		!read_field(runtime, image, address, FIELD_thread_next, next))
		return STATUS_UNREADABLE;
	if (layout_has(runtime->layout, FIELD_thread_native_thread_id) &&
		!read_field(runtime, image, address, FIELD_thread_native_thread_id, &ret->tid))
		return STATUS_UNREADABLE;
	return STATUS_OK;
}

static enum status read_chain(const struct runtime *runtime, const struct image *image,
	const struct interpreter *interpreter, struct array *threads)
{
	addr_t at = 0;
	struct circle circle = {0};
	unsigned budget = FRAMES_MAX;
	if (!read_field(runtime, image, interpreter->address, FIELD_interp_threads_head, &at))
		return STATUS_UNREADABLE;
	while (at) {
		if (threads->count == THREADS_MAX || circle_closes(&circle, at))
			return STATUS_INVALID;
		void *thread = NULL;
		enum status status = array_add(threads, sizeof(struct python_thread), &thread);
		addr_t next = 0;
		if (!status)
			status = read_thread(runtime, image, at, thread, &next);
		if (status)
			return status;
		if (((struct python_thread *)thread)->interpreter != interpreter->address)
			return STATUS_INVALID;
		count_frames(runtime, image, thread, &budget);
		at = next;
	}
	return STATUS_OK;
}

enum status threads_read(const struct runtime *runtime, const struct image *image,
	const struct interpreter *interpreter, struct python_thread **ret, size_t *ret_count,
	struct error *err)
{
	AUTO(array_deinit) struct array threads = {0};
	enum status status = read_chain(runtime, image, interpreter, &threads);
	if (status)
		return error_set(err, status,
			"cannot follow the thread states of interpreter %" PRId64 " behind the %zuth: %s",
			interpreter->id, threads.count, status_text(status));
	*ret_count = threads.count;
	*ret = take_ptr(threads.items);
	return STATUS_OK;
}

// The line of the instruction offset bytes behind the start of the bytecode.
static int find_line(
	const struct runtime *runtime, const struct image *image, addr_t code, int64_t offset)
{
	struct line_table lines = {0};
	uint64_t table = 0, size = 0;
	if (!read_int(runtime, image, code, FIELD_code_firstlineno, &lines.first_line) ||
		!read_field(runtime, image, code, FIELD_code_linetable, &table) ||
		!read_field(runtime, image, table, FIELD_var_size, &size))
		return lines.first_line;
	lines.table = image_at(image, table + runtime->layout->field[FIELD_bytes_data], size);
	if (lines.table)
		lines.size = size;
	return line_table_find(runtime->layout, &lines, offset);
}

enum status frame_read(const struct runtime *runtime, const struct image *image, addr_t addr,
	struct frame *ret)
{
	struct frame frame;
	int64_t offset = -1;
	enum status status = read_frame(runtime, image, addr, &frame, &offset);
	if (status)
		return status;
	if (frame.code)
		frame.line = find_line(runtime, image, frame.code, offset);
	*ret = frame;
	return STATUS_OK;
}

// Reads the str in a field of a code object.
static enum status describe(const struct runtime *runtime, const struct image *image, addr_t code,
	enum layout_field field, size_t limit, char **ret)
{
	AUTO(text_deinit) struct text text = {0};
	uint64_t string = 0;
	if (!read_field(runtime, image, code, field, &string))
		return STATUS_UNREADABLE;
	enum status status = string_add(runtime, image, string, limit, &text);
	if (status)
		return status;
	*ret = text_take(&text);
	return *ret ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status code_describe(const struct runtime *runtime, const struct image *image, addr_t code,
	char **ret_name, char **ret_file)
{
	AUTO(freep) char *name = NULL;
	AUTO(freep) char *path = NULL;
	if (!is_code(runtime, image, code))
		return STATUS_INVALID;
	enum status status =
		describe(runtime, image, code, FIELD_code_name, NAME_MAX_CHARACTERS, &name);
	if (!status)
		status = describe(
			runtime, image, code, FIELD_code_filename, PATH_MAX_CHARACTERS, &path);
	if (status)
		return status;
	const char *base = path_base(path);
	memmove(path, base, strlen(base) + 1);
	*ret_name = take_ptr(name);
	*ret_file = take_ptr(path);
	return STATUS_OK;
}
