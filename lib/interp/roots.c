// SPDX-License-Identifier: MIT
#include "interp/roots.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "interp/runtime.h"
#include "interp/threads.h"
#include "python/chain.h"
#include "python/code.h"
#include "python/field.h"
#include "python/frame.h"
#include "python/header.h"
#include "python/str.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
	WORD = 8,
	ATEXIT_MAX = 1 << 20,
	ATEXIT_WORDS = 3, // func, args, kwargs (struct atexit_callback, 3.10 to 3.13)
	TASKS_MAX = 1 << 24,
	TYPE_STATES_MAX = 1024, // 3.12 and 3.13 have 200, and 10 for extensions
	EXCEPTION_ITEMS_MAX = 1 << 16,
	NAME_MAX_CHARACTERS = 100,
};

// A field that refers to objects, and its label.
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
	{FIELD_gc_garbage, "gc.garbage"},
	{FIELD_gc_callbacks, "gc.callbacks"},
	{FIELD_interp_asyncio_tasks_head, "<asyncio tasks>"},
	{FIELD_interp_atexit_callbacks, "<atexit>"},
};
// The fields of the interpreter state that hold an object come first in the list.
enum { INTERPRETER_OBJECTS = sizeof(interpreter_fields) / sizeof(interpreter_fields[0]) - 4 };

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
	{FIELD_thread_asyncio_tasks_head, "asyncio_tasks"},
	{FIELD_exc_item_value, "handled_exception"},
	{FIELD_exc_item_type, "handled_exception_type"},
	{FIELD_exc_item_traceback, "handled_traceback"},
};
// The fields of the thread state that hold an object come first in the list.
enum { THREAD_OBJECTS = sizeof(thread_fields) / sizeof(thread_fields[0]) - 4 };

static const struct root_field type_fields[] = {
	{FIELD_type_state_dict, "__dict__"},
	{FIELD_type_state_subclasses, "__subclasses__"},
};

#define WELL_KNOWN(name, symbol, type_name) [WELL_KNOWN_##name] = #name,
static const char *const well_known_names[WELL_KNOWN_COUNT] = {
#include "python/well_known.def"
};
#undef WELL_KNOWN

// One pass over the roots. status keeps the first problem; the other roots are still visited.
// Begins with a frame_visitor, since it also visits frames.
struct roots {
	struct frame_visitor frame_visitor;
	const struct runtime *runtime;
	const struct python *python;
	const struct interpreter *interpreter;
	struct root_visitor *visitor;
	addr_t frame;	  // the frame whose references are reported
	bool wants_stale; // report only slots of frames that may be stale, in a pass of their own
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
	enum status status = memory_read_u64(&roots->python->memory, addr, ret);
	if (status)
		fail(roots, status, "a word", addr);
	return !status;
}

static bool has(const struct roots *roots, enum layout_field field)
{
	return field_is_known(roots->python, field);
}

static bool read_field(struct roots *roots, addr_t base, enum layout_field field, uint64_t *ret)
{
	enum status status = field_u64(roots->python, base, field, ret);
	if (status)
		fail(roots, status, layout_field_name(field), base);
	return !status;
}

static void report(struct roots *roots, addr_t to, const struct root_id *id)
{
	if (to)
		roots->visitor->root(roots->visitor, to, id);
}

// Reports the object in the field of a root's id. base is the id's holder, or a struct reached from
// it.
static void visit_field(struct roots *roots, addr_t base, const struct root_id *id)
{
	uint64_t to = 0;
	if (has(roots, id->field) && read_field(roots, base, id->field, &to))
		report(roots, to, id);
}

// From 3.14 on the callbacks are a list. Before, they are an array of pointers to {func, args,
// kwargs} with a count; in 3.8 and 3.9 the state of the atexit module has it
// (Modules/atexitmodule.c).
static void visit_atexit(struct roots *roots)
{
	addr_t interpreter = roots->interpreter->address;
	int32_t count = 0;
	struct root_id id = {.kind = ROOT_INTERPRETER,
		.field = FIELD_interp_atexit_callbacks,
		.holder = interpreter};
	uint64_t callbacks = 0;
	if (!has(roots, id.field) || !read_field(roots, interpreter, id.field, &callbacks) ||
		!callbacks)
		return;
	if (!has(roots, FIELD_interp_atexit_count)) {
		report(roots, callbacks, &id);
		return;
	}
	if (field_i32(roots->python, interpreter, FIELD_interp_atexit_count, &count) ||
		count > ATEXIT_MAX) {
		fail(roots, STATUS_INVALID, "atexit's callbacks", callbacks);
		return;
	}
	for (int32_t i = 0; i < count; i++) {
		uint64_t callback = 0, to = 0;
		if (!read_word(roots, callbacks + (uint32_t)i * WORD, &callback))
			return;
		for (id.detail = 1; callback && id.detail <= ATEXIT_WORDS; id.detail++)
			if (read_word(roots, callback + (id.detail - 1) * WORD, &to))
				report(roots, to, &id);
	}
}

// The circular list of tasks (3.14+). Each node is inside its task (Modules/_asynciomodule.c,
// register_task()).
static void visit_tasks(struct roots *roots, const struct root_id *id)
{
	const struct python *python = roots->python;
	if (!has(roots, id->field) || !has(roots, FIELD_task_node))
		return;
	addr_t head = id->holder + field_offset(python, id->field);
	struct chain chain = {0};
	uint64_t node = head;
	for (unsigned i = 0; i < TASKS_MAX; i++) {
		if (!read_word(roots, node, &node) || !node || node == head)
			return;
		if (chain_closes(&chain, node))
			break;
		report(roots, node - field_offset(python, FIELD_task_node), id);
	}
	fail(roots, STATUS_INVALID, "a list of tasks that does not end", head);
}

static void visit_interpreter(struct roots *roots)
{
	const struct interpreter *interpreter = roots->interpreter;
	struct root_id id = {
		.kind = ROOT_MODULES, .field = FIELD_interp_modules, .holder = interpreter->address};
	report(roots, interpreter->modules, &id);
	id.kind = ROOT_INTERPRETER;
	for (size_t i = 0; i < INTERPRETER_OBJECTS; i++) {
		id.field = interpreter_fields[i].field;
		visit_field(roots, interpreter->address, &id);
	}
	id.field = FIELD_gc_garbage;
	report(roots, interpreter->garbage, &id);
	id.field = FIELD_gc_callbacks;
	report(roots, interpreter->callbacks, &id);
	id.field = FIELD_interp_asyncio_tasks_head;
	visit_tasks(roots, &id);
	visit_atexit(roots);
}

// The exceptions that are being handled, innermost first. Running generators contain their items;
// the last item is in the thread state.
static void visit_exceptions(struct roots *roots, struct root_id id)
{
	static const enum layout_field fields[] = {
		FIELD_exc_item_value, FIELD_exc_item_type, FIELD_exc_item_traceback};
	struct chain chain = {0};
	uint64_t item = 0;
	if (!read_field(roots, id.holder, FIELD_thread_exc_info, &item))
		return;
	for (unsigned i = 0; item && i < EXCEPTION_ITEMS_MAX; i++) {
		if (chain_closes(&chain, item)) {
			fail(roots, STATUS_INVALID, "exceptions that run in a circle", item);
			return;
		}
		for (size_t j = 0; j < sizeof(fields) / sizeof(fields[0]); j++) {
			id.field = fields[j];
			visit_field(roots, item, &id);
		}
		if (!read_field(roots, item, FIELD_exc_item_previous, &item))
			return;
	}
}

static void visit_thread(struct roots *roots, const struct python_thread *thread)
{
	struct root_id id = {.kind = ROOT_THREAD,
		.holder = thread->address,
		.detail = thread->tid ? thread->tid : thread->ident};
	for (size_t i = 0; i < THREAD_OBJECTS; i++) {
		id.field = thread_fields[i].field;
		visit_field(roots, thread->address, &id);
	}
	visit_exceptions(roots, id);
	id.field = FIELD_thread_asyncio_tasks_head;
	visit_tasks(roots, &id);
}

static void frame_reference(
	struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail)
{
	struct roots *roots = (struct roots *)visitor;
	if ((slot == FRAME_STALE) != roots->wants_stale)
		return;
	const struct root_id id = {
		.kind = slot == FRAME_STALE ? ROOT_STALE : ROOT_FRAME,
		.slot = slot,
		.field = slot == FRAME_FIELD ? (enum layout_field)detail : FIELD_COUNT,
		.holder = roots->frame,
		.detail = detail,
	};
	report(roots, to, &id);
}

// A running frame. Up to 3.10 it is an object, and the walk of the heap continues from it.
static void visit_frame(struct roots *roots, addr_t frame)
{
	if (!has(roots, FIELD_frame_code)) {
		const struct root_id id = {.kind = ROOT_FRAME,
			.slot = FRAME_FIELD,
			.field = FIELD_COUNT,
			.holder = frame,
			.detail = FIELD_COUNT};
		if (!roots->wants_stale)
			report(roots, frame, &id);
		return;
	}
	roots->frame = frame;
	enum status status = frame_visit(roots->python, frame, &roots->frame_visitor);
	if (status)
		fail(roots, status, "a reference of the frame", frame);
}

// threads_read() has counted these frames, so there are no more.
static void visit_frames(struct roots *roots, const struct python_thread *thread)
{
	addr_t at = thread->top_frame;
	for (unsigned i = 0; at && i < thread->depth;) {
		struct frame frame;
		enum status status = frame_read_code(roots->python, at, &frame);
		if (status) {
			fail(roots, status, "a frame", at);
			return;
		}
		if (frame.code) {
			i++;
			visit_frame(roots, at);
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
		roots->python, roots->interpreter, &threads, &count, &error);
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

// The interpreter's states of static types (3.12+): an array that is filled from the start
// (Objects/typeobject.c, managed_static_type_state_init()).
static void visit_type_states(struct roots *roots, enum layout_field array)
{
	if (!has(roots, array))
		return;
	addr_t state = roots->interpreter->address + field_offset(roots->python, array);
	for (unsigned i = 0; i < TYPE_STATES_MAX; i++) {
		uint64_t type = 0;
		if (!read_field(roots, state, FIELD_type_state_type, &type) ||
			!header_is_exact(roots->python, type, WELL_KNOWN_type))
			return;
		struct root_id id = {.kind = ROOT_TYPE, .field = FIELD_COUNT, .holder = type};
		report(roots, type, &id);
		for (size_t j = 0; j < sizeof(type_fields) / sizeof(type_fields[0]); j++) {
			id.field = type_fields[j].field;
			visit_field(roots, state, &id);
		}
		state += field_offset(roots->python, FIELD_type_state_size);
	}
}

static void visit_types(struct roots *roots)
{
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++) {
		addr_t type = roots->runtime->well_known[i];
		const struct root_id id = {.kind = ROOT_TYPE, .field = FIELD_COUNT, .holder = type};
		report(roots, type, &id);
	}
	visit_type_states(roots, FIELD_interp_type_states);
	visit_type_states(roots, FIELD_interp_extension_type_states);
}

static void visit_strings(struct roots *roots)
{
	uint64_t dict = 0;
	struct root_id id = {.kind = ROOT_STRINGS,
		.field = FIELD_interp_interned_strings,
		.holder = roots->interpreter->address};
	visit_field(roots, roots->interpreter->address, &id);
	id = (struct root_id){.kind = ROOT_STRINGS, .field = FIELD_COUNT};
	if (roots->runtime->interned_variable &&
		read_word(roots, roots->runtime->interned_variable, &dict))
		report(roots, dict, &id);
}

enum status roots_visit(const struct runtime *runtime, const struct python *python,
	const struct interpreter *interpreter, struct root_visitor *visitor)
{
	struct roots roots = {
		.frame_visitor = {.reference = frame_reference},
		.runtime = runtime,
		.python = python,
		.interpreter = interpreter,
		.visitor = visitor,
	};
	visit_interpreter(&roots);
	visit_threads(&roots);
	visit_types(&roots);
	visit_strings(&roots);
	return roots.status;
}

// --- Labels --------------------------------------------------------------------------------------

static const char *name_in(const struct root_field *fields, size_t count, enum layout_field field)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].field == field)
			return fields[i].label;
	return "";
}

static void add_interpreter(const struct root_id *id, struct text *text)
{
	static const char *const words[] = {"", ".func", ".args", ".kwargs"};
	text_add(text, name_in(interpreter_fields,
			       sizeof(interpreter_fields) / sizeof(interpreter_fields[0]), id->field));
	if (id->detail <= ATEXIT_WORDS)
		text_add(text, words[id->detail]);
}

static void add_thread(const struct root_id *id, const char *thread_name, struct text *text)
{
	text_add_format(text, "<thread %" PRIu64, id->detail);
	if (thread_name)
		text_add_format(text, " %s", thread_name);
	text_add_format(text, ">.%s",
		name_in(thread_fields, sizeof(thread_fields) / sizeof(thread_fields[0]), id->field));
}

// "<frame retrieve_user service.py:30>"
static void add_frame(const struct python *python, addr_t address, struct text *text)
{
	AUTO(freep) char *function = NULL;
	AUTO(freep) char *file = NULL;
	struct frame frame;
	text_add(text, "<frame");
	if (!frame_read(python, address, &frame) &&
		!code_describe(python, frame.code, &function, &file))
		text_add_format(text, " %s %s:%d", function, file, frame.line);
	text_add(text, ">");
}

static void add_frame_slot(
	const struct python *python, const struct root_id *id, struct text *text)
{
	AUTO(text_deinit) struct text name = {0};
	switch (id->slot) {
	case FRAME_LOCAL:
		if (!id->detail || str_add(python, id->detail, NAME_MAX_CHARACTERS, &name))
			text_add(&name, "<local>");
		text_add_format(text, ".%s", name.bytes ? name.bytes : "");
		break;
	case FRAME_STACK:
	case FRAME_STALE:
		text_add_format(text, ".<stack %" PRIu64 ">", id->detail);
		break;
	case FRAME_FIELD:
		if (id->field != FIELD_COUNT)
			text_add_format(text, ".%s", field_name_text(frame_field_name(id->field)));
		break;
	}
}

static void add_type(const struct python *python, const struct root_id *id, struct text *text)
{
	const char *name = "type";
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++)
		if (python->well_known[i] == id->holder)
			name = well_known_names[i];
	text_add_format(text, "<static %s>", name);
	if (id->field != FIELD_COUNT)
		text_add_format(text, ".%s",
			name_in(type_fields, sizeof(type_fields) / sizeof(type_fields[0]), id->field));
}

void roots_label(const struct python *python, const struct root_id *id, const char *thread_name,
	struct text *text)
{
	switch (id->kind) {
	case ROOT_MODULES:
		text_add(text, "sys.modules");
		break;
	case ROOT_INTERPRETER:
		add_interpreter(id, text);
		break;
	case ROOT_THREAD:
		add_thread(id, thread_name, text);
		break;
	case ROOT_FRAME:
	case ROOT_STALE:
		add_frame(python, id->holder, text);
		add_frame_slot(python, id, text);
		break;
	case ROOT_TYPE:
		add_type(python, id, text);
		break;
	case ROOT_STRINGS:
		text_add(text, "<interned strings>");
		break;
	case ROOT_STATE:
		text_add(text, "<interpreter>");
		break;
	case ROOT_STATIC: // not found here
	case ROOT_STATIC_TYPE:
	case ROOT_COLLECTOR:
		break;
	}
}
