// SPDX-License-Identifier: MIT
#include "interp/roots.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "interp/circle.h"
#include "interp/frame_refs.h"
#include "interp/label.h"
#include "interp/runtime.h"
#include "interp/string.h"
#include "interp/thread.h"
#include "target/image.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
	WORD = 8,
	ATEXIT_MAX = 1 << 20,
	TASKS_MAX = 1 << 24,
	TYPE_STATES_MAX = 1024, // 200 in 3.12 and 3.13, 10 for extensions
	EXCEPTION_ITEMS_MAX = 1 << 16,
	NAME_MAX_CHARACTERS = 100,
};

// A field that holds an object, and what to call it.
struct root_field {
	enum layout_field field;
	const char *label;
};

static const struct root_field interpreter_fields[] = {
	{FIELD_interp_builtins, "builtins.__dict__"},
	{FIELD_interp_sysdict, "sys.__dict__"},
	{FIELD_interp_importlib, "importlib._bootstrap"},
	{FIELD_interp_import_func, "builtins.__import__"},
	{FIELD_interp_modules_by_index, "<modules by index>"},
	{FIELD_interp_lazy_modules, "sys.lazy_modules"},
	{FIELD_interp_lazy_imports_filter, "<lazy imports filter>"},
	{FIELD_interp_lazy_pending_submodules, "<lazy imports pending>"},
	{FIELD_interp_codec_search_path, "<codecs>.search_path"},
	{FIELD_interp_codec_search_cache, "<codecs>.search_cache"},
	{FIELD_interp_codec_error_registry, "<codecs>.error_registry"},
	{FIELD_interp_dict, "<interpreter>.dict"},
	{FIELD_interp_builtins_copy, "<builtins copy>"},
	{FIELD_interp_before_forkers, "<os.register_at_fork>.before"},
	{FIELD_interp_after_forkers_parent, "<os.register_at_fork>.after_in_parent"},
	{FIELD_interp_after_forkers_child, "<os.register_at_fork>.after_in_child"},
	{FIELD_interp_warnings_filters, "warnings.filters"},
	{FIELD_interp_warnings_once_registry, "warnings.onceregistry"},
	{FIELD_interp_warnings_default_action, "warnings.defaultaction"},
	{FIELD_interp_audit_hooks, "<sys.addaudithook>"},
};

static const struct root_field thread_fields[] = {
	{FIELD_thread_dict, "dict"},
	{FIELD_thread_context, "context"},
	{FIELD_thread_current_exception, "exception"},
	{FIELD_thread_curexc_type, "exception_type"},
	{FIELD_thread_curexc_value, "exception"},
	{FIELD_thread_curexc_traceback, "traceback"},
	{FIELD_thread_profile_object, "profile_function"},
	{FIELD_thread_trace_object, "trace_function"},
	{FIELD_thread_async_exc, "async_exception"},
	{FIELD_thread_async_gen_firstiter, "async_gen_firstiter"},
	{FIELD_thread_async_gen_finalizer, "async_gen_finalizer"},
	{FIELD_thread_delete_later, "delete_later"},
	{FIELD_thread_local_key, "threading_local_key"},
	{FIELD_thread_asyncio_running_loop, "asyncio_running_loop"},
	{FIELD_thread_asyncio_running_task, "asyncio_running_task"},
};

static const struct root_field exception_fields[] = {
	{FIELD_exc_item_value, "handled_exception"},
	{FIELD_exc_item_type, "handled_exception_type"},
	{FIELD_exc_item_traceback, "handled_traceback"},
};

#define WELL_KNOWN(name, symbol, type_name) [WELL_KNOWN_##name] = #name,
static const char *const well_known_names[WELL_KNOWN_COUNT] = {
#include "interp/well_known.def"
};
#undef WELL_KNOWN

// One run over the roots. What goes wrong is kept in status; the rest is visited. Being also the
// visitor of frames, it begins with one.
struct roots {
	struct frame_visitor frame_visitor;
	const struct runtime *runtime;
	const struct layout *layout;
	const struct image *image;
	const struct interpreter *interpreter;
	struct root_visitor *visitor;
	struct label label;
	bool wants_stale; // the frames' slots of unknown use are reported in a round of their own
	enum status status;
};

static void fail(struct roots *roots, enum status status, const char *what, addr_t addr)
{
	log_trace(LOG_INTERP, "roots: %s at 0x%" PRIx64 ": %s", what, addr, status_text(status));
	if (roots->status != STATUS_NO_MEMORY)
		roots->status = status;
}

static bool read_word(struct roots *roots, addr_t addr, uint64_t *ret)
{
	if (image_read_u64(roots->image, addr, ret))
		return true;
	fail(roots, STATUS_UNREADABLE, "a word", addr);
	return false;
}

static void report(struct roots *roots, addr_t to, enum root_kind kind, const char *label)
{
	if (to)
		roots->visitor->root(roots->visitor, to, kind, label);
}

// Reports one object under the label that was begun, with these words behind it.
static void report_below(struct roots *roots, addr_t to, enum root_kind kind, const char *ending)
{
	if (to)
		report(roots, to, kind, label_with(&roots->label, ending));
}

static void visit_field(struct roots *roots, addr_t base, enum layout_field field,
	enum root_kind kind, const char *ending)
{
	uint64_t to = 0;
	if (layout_has(roots->layout, field) &&
		read_word(roots, base + roots->layout->field[field], &to))
		report_below(roots, to, kind, ending);
}

// From 3.14 on a list. Before, an array of pointers to {func, args, kwargs} with a count; in 3.8 and
// 3.9 the atexit module has them (Modules/atexitmodule.c).
static void visit_atexit(struct roots *roots)
{
	static const char *const members[] = {"func", "args", "kwargs"};
	const struct layout *layout = roots->layout;
	addr_t interpreter = roots->interpreter->address;
	uint64_t callbacks = 0;
	if (!layout_has(layout, FIELD_interp_atexit_callbacks) ||
		!read_word(roots, interpreter + layout->field[FIELD_interp_atexit_callbacks],
			&callbacks) ||
		!callbacks)
		return;
	label_begin(&roots->label, "<atexit>");
	if (!layout_has(layout, FIELD_interp_atexit_count)) {
		report_below(roots, callbacks, ROOT_INTERPRETER, "");
		return;
	}
	const void *count = image_at(
		roots->image, interpreter + layout->field[FIELD_interp_atexit_count], 4);
	if (!count || bytes_i32(count, 0) > ATEXIT_MAX) {
		fail(roots, STATUS_INVALID, "atexit's callbacks", callbacks);
		return;
	}
	for (int32_t i = 0; i < bytes_i32(count, 0); i++) {
		uint64_t callback = 0, to = 0;
		if (!read_word(roots, callbacks + (uint32_t)i * WORD, &callback))
			return;
		for (unsigned j = 0; callback && j < 3; j++) {
			if (read_word(roots, callback + j * WORD, &to))
				report_below(roots, to, ROOT_INTERPRETER, members[j]);
		}
	}
}

// The circular list of tasks of 3.14 and later: each node lies inside its task
// (Modules/_asynciomodule.c, register_task()).
static void visit_tasks(struct roots *roots, addr_t base, enum layout_field field,
	enum root_kind kind, const char *ending)
{
	const struct layout *layout = roots->layout;
	if (!layout_has(layout, field) || !layout_has(layout, FIELD_task_node))
		return;
	addr_t head = base + layout->field[field];
	struct circle circle = {0};
	uint64_t node = head;
	for (unsigned i = 0; i < TASKS_MAX; i++) {
		if (!read_word(roots, node, &node) || !node || node == head)
			return;
		if (circle_closes(&circle, node))
			break;
		report_below(roots, node - layout->field[FIELD_task_node], kind, ending);
	}
	fail(roots, STATUS_INVALID, "a list of tasks that does not end", head);
}

static void visit_interpreter(struct roots *roots)
{
	const struct interpreter *interpreter = roots->interpreter;
	report(roots, interpreter->modules, ROOT_MODULES, "sys.modules");
	label_begin(&roots->label, "");
	for (size_t i = 0; i < sizeof(interpreter_fields) / sizeof(interpreter_fields[0]); i++)
		visit_field(roots, interpreter->address, interpreter_fields[i].field,
			ROOT_INTERPRETER, interpreter_fields[i].label);
	report(roots, interpreter->garbage, ROOT_INTERPRETER, "gc.garbage");
	report(roots, interpreter->callbacks, ROOT_INTERPRETER, "gc.callbacks");
	visit_tasks(roots, interpreter->address, FIELD_interp_asyncio_tasks_head, ROOT_INTERPRETER,
		"<asyncio tasks>");
	visit_atexit(roots);
}

// The exceptions that are being handled, innermost first; the items of running generators lie
// inside them, the last one in the thread state.
static void visit_exceptions(struct roots *roots, const struct python_thread *thread)
{
	const struct layout *layout = roots->layout;
	struct circle circle = {0};
	uint64_t item = 0;
	if (!read_word(roots, thread->address + layout->field[FIELD_thread_exc_info], &item))
		return;
	for (unsigned i = 0; item && i < EXCEPTION_ITEMS_MAX; i++) {
		if (circle_closes(&circle, item)) {
			fail(roots, STATUS_INVALID, "exceptions that run in a circle", item);
			return;
		}
		for (size_t j = 0; j < sizeof(exception_fields) / sizeof(exception_fields[0]); j++)
			visit_field(roots, item, exception_fields[j].field, ROOT_THREAD,
				exception_fields[j].label);
		if (!read_word(roots, item + layout->field[FIELD_exc_item_previous], &item))
			return;
	}
}

static void visit_thread(struct roots *roots, const struct python_thread *thread)
{
	const char *name = NULL;
	if (thread->tid && roots->visitor->thread_name)
		name = roots->visitor->thread_name(roots->visitor, thread->tid);
	label_begin_thread(&roots->label, thread->tid ? thread->tid : thread->ident, name);
	for (size_t i = 0; i < sizeof(thread_fields) / sizeof(thread_fields[0]); i++)
		visit_field(roots, thread->address, thread_fields[i].field, ROOT_THREAD,
			thread_fields[i].label);
	visit_exceptions(roots, thread);
	visit_tasks(roots, thread->address, FIELD_thread_asyncio_tasks_head, ROOT_THREAD,
		"asyncio_tasks");
}

static void frame_reference(
	struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail)
{
	struct roots *roots = (struct roots *)visitor;
	AUTO(text_deinit) struct text name = {0};
	if ((slot == FRAME_STALE) != roots->wants_stale)
		return;
	switch (slot) {
	case FRAME_LOCAL:
		if (!detail || string_add(roots->runtime, roots->image, detail,
				       NAME_MAX_CHARACTERS, &name))
			text_add(&name, "<local>");
		break;
	case FRAME_STACK:
	case FRAME_STALE:
		text_add_format(&name, "<stack %" PRIu64 ">", detail);
		break;
	case FRAME_FIELD:
		text_add(&name, (const char *)(uintptr_t)detail);
		break;
	}
	if (name.failed)
		roots->status = STATUS_NO_MEMORY;
	else
		report_below(roots, to, slot == FRAME_STALE ? ROOT_STALE : ROOT_FRAME, name.bytes);
}

// "<frame retrieve_user service.py:30>"
static void begin_frame_label(struct roots *roots, const struct frame *frame)
{
	AUTO(freep) char *function = NULL;
	AUTO(freep) char *file = NULL;
	enum status status =
		code_describe(roots->runtime, roots->image, frame->code, &function, &file);
	if (status)
		fail(roots, status, "the code of a frame", frame->code);
	label_begin_frame(&roots->label, function, file, frame->line);
}

// A running frame. Up to 3.10 it is an object itself, of which the heap is walked from here on.
static void visit_frame(struct roots *roots, const struct frame *frame)
{
	begin_frame_label(roots, frame);
	if (!layout_has(roots->layout, FIELD_frame_code)) {
		if (!roots->wants_stale)
			report_below(roots, frame->address, ROOT_FRAME, "");
		return;
	}
	enum status status =
		frame_visit(roots->runtime, roots->image, frame->address, &roots->frame_visitor);
	if (status)
		fail(roots, status, "a reference of the frame", frame->address);
}

// threads_read() counted these frames, so there are not more.
static void visit_frames(struct roots *roots, const struct python_thread *thread)
{
	addr_t at = thread->top_frame;
	for (unsigned i = 0; at && i < thread->depth;) {
		struct frame frame;
		enum status status = frame_read(roots->runtime, roots->image, at, &frame);
		if (status) {
			fail(roots, status, "a frame", at);
			return;
		}
		if (frame.code) {
			i++;
			visit_frame(roots, &frame);
		}
		at = frame.previous;
	}
}

static void visit_threads(struct roots *roots)
{
	AUTO(freep) struct python_thread *threads = NULL;
	struct error error = {0};
	size_t count = 0;
	enum status status = threads_read(
		roots->runtime, roots->image, roots->interpreter, &threads, &count, &error);
	if (status) {
		log_trace(LOG_INTERP, "roots: %s", error.message);
		fail(roots, status, "the threads", roots->interpreter->address);
		return;
	}
	for (size_t i = 0; i < count; i++)
		visit_thread(roots, &threads[i]);
	for (size_t i = 0; i < count; i++)
		visit_frames(roots, &threads[i]);
	roots->wants_stale = true;
	for (size_t i = 0; i < count; i++)
		visit_frames(roots, &threads[i]);
}

static const char *well_known_name(const struct runtime *runtime, addr_t address)
{
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++) {
		if (runtime->well_known[i] == address)
			return well_known_names[i];
	}
	return NULL;
}

static bool is_type(struct roots *roots, addr_t addr)
{
	uint64_t type = 0;
	return image_read_u64(
		       roots->image, addr + roots->layout->field[FIELD_object_type], &type) &&
		type && type == roots->runtime->well_known[WELL_KNOWN_type];
}

// What the interpreter keeps for static types (3.12+): an array that is filled from the start
// (Objects/typeobject.c, managed_static_type_state_init()).
static void visit_type_states(struct roots *roots, enum layout_field array)
{
	const struct layout *layout = roots->layout;
	if (!layout_has(layout, array))
		return;
	addr_t state = roots->interpreter->address + layout->field[array];
	for (unsigned i = 0; i < TYPE_STATES_MAX; i++) {
		uint64_t type = 0;
		if (!read_word(roots, state + layout->field[FIELD_type_state_type], &type) ||
			!is_type(roots, type))
			return;
		label_begin_type(&roots->label, well_known_name(roots->runtime, type));
		report_below(roots, type, ROOT_TYPE, "");
		visit_field(roots, state, FIELD_type_state_dict, ROOT_TYPE, "__dict__");
		visit_field(
			roots, state, FIELD_type_state_subclasses, ROOT_TYPE, "__subclasses__");
		state += layout->field[FIELD_type_state_size];
	}
}

static void visit_types(struct roots *roots)
{
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++) {
		label_begin_type(&roots->label, well_known_names[i]);
		report_below(roots, roots->runtime->well_known[i], ROOT_TYPE, "");
	}
	visit_type_states(roots, FIELD_interp_type_states);
	visit_type_states(roots, FIELD_interp_extension_type_states);
}

static void visit_strings(struct roots *roots)
{
	uint64_t dict = 0;
	label_begin(&roots->label, "");
	visit_field(roots, roots->interpreter->address, FIELD_interp_interned_strings, ROOT_STRINGS,
		"<interned strings>");
	if (roots->runtime->interned_variable &&
		read_word(roots, roots->runtime->interned_variable, &dict))
		report(roots, dict, ROOT_STRINGS, "<interned strings>");
}

enum status roots_visit(const struct runtime *runtime, const struct image *image,
	const struct interpreter *interpreter, struct root_visitor *visitor)
{
	struct roots roots = {
		.frame_visitor = {.reference = frame_reference},
		.runtime = runtime,
		.layout = runtime->layout,
		.image = image,
		.interpreter = interpreter,
		.visitor = visitor,
	};
	visit_interpreter(&roots);
	visit_threads(&roots);
	visit_types(&roots);
	visit_strings(&roots);
	bool failed = roots.label.text.failed;
	label_deinit(&roots.label);
	return failed ? STATUS_NO_MEMORY : roots.status;
}
