// SPDX-License-Identifier: MIT
#include "interp/verify.h"

#include "base/guard.h"
#include "interp/interpreters.h"
#include "interp/runtime.h"
#include "interp/verify_check.h"
#include "python/field.h"
#include "python/gc_link.h"
#include "python/header.h"
#include "python/type.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_BYTES = 64,
};
static const int32_t THRESHOLD_MAX = 10 * 1000 * 1000;

// What a static type must have: its tp_basicsize is the value of the field plus extra.
struct known_type {
	enum well_known type;
	const char *name;
	enum layout_field size;
	uint32_t extra;
	uint32_t flags; // must be set in tp_flags, besides READY
};

static const struct known_type known_types[] = {
	{WELL_KNOWN_type, "type", FIELD_heap_type_size, 0, 1u << 31},
	{WELL_KNOWN_object, "object", FIELD_object_size, 0, 0},
	{WELL_KNOWN_int, "int", FIELD_int_digits, 0, 1u << 24},
	{WELL_KNOWN_float, "float", FIELD_float_size, 0, 0},
	{WELL_KNOWN_complex, "complex", FIELD_complex_size, 0, 0},
	{WELL_KNOWN_str, "str", FIELD_str_size, 0, 1u << 28},
	{WELL_KNOWN_bytes, "bytes", FIELD_bytes_data, 1, 1u << 27},
	{WELL_KNOWN_list, "list", FIELD_list_allocated, 8, 1u << 25},
	{WELL_KNOWN_tuple, "tuple", FIELD_tuple_items, 0, 1u << 26},
	{WELL_KNOWN_dict, "dict", FIELD_dict_size, 0, 1u << 29},
	{WELL_KNOWN_odict, "collections.OrderedDict", FIELD_odict_size, 0, 1u << 29},
	{WELL_KNOWN_slice, "slice", FIELD_slice_step, 8, 0},
	{WELL_KNOWN_range, "range", FIELD_range_length, 8, 0},
	{WELL_KNOWN_cell, "cell", FIELD_cell_value, 8, 0},
	{WELL_KNOWN_mappingproxy, "mappingproxy", FIELD_mappingproxy_mapping, 8, 0},
	{WELL_KNOWN_dict_keys, "dict_keys", FIELD_dict_view_dict, 8, 0},
	{WELL_KNOWN_super, "super", FIELD_super_object_type, 8, 0},
};

enum status check_misfit(const struct check *check, enum layout_field field, const char *what)
{
	return error_set(check->err, STATUS_INVALID, "%s: %s", layout_field_name(field), what);
}

enum status check_unread(const struct check *check, enum layout_field field, enum status status)
{
	if (status == STATUS_UNSUPPORTED)
		return check_misfit(check, field, "the layout lacks this field");
	if (status == STATUS_UNREADABLE)
		return check_misfit(check, field, "leads to no memory");
	return error_set(check->err, status, "cannot read the interpreter's memory: %s",
		status_text(status));
}

enum status check_word(
	const struct check *check, addr_t base, enum layout_field field, uint64_t *ret)
{
	enum status status = field_u64(check->python, base, field, ret);
	return status ? check_unread(check, field, status) : STATUS_OK;
}

enum status check_dict(
	const struct check *check, enum status status, const struct dict_misfit *misfit)
{
	if (status == STATUS_INVALID)
		return check_misfit(check, misfit->field, misfit->what);
	return check_unread(check, FIELD_dict_keys, status);
}

enum status check_instance(
	const struct check *check, addr_t addr, enum well_known type, enum layout_field field)
{
	uint64_t found = 0;
	if (!addr)
		return check_misfit(check, field, "is NULL");
	enum status status =
		field_u64(check->python, addr, FIELD_object_type, &found);
	if (status)
		return check_unread(check, field, status);
	if (found != check->runtime->well_known[type])
		return check_misfit(check, field, "leads to an object of another type");
	return STATUS_OK;
}

// During a collection the back links contain counts instead (Python/gc.c, update_refs()).
enum status check_links(const struct check *check, addr_t head, bool is_collecting,
	enum layout_field field, const char *nowhere, const char *not_back)
{
	addr_t next = 0;
	enum status status = is_collecting ? gc_link_next(check->python, head, &next)
					   : gc_link_check(check->python, head, &next);
	if (status == STATUS_INVALID || (!status && !next))
		return check_misfit(check, field, next ? not_back : nowhere);
	return status ? check_unread(check, FIELD_gc_head_next, status) : STATUS_OK;
}

// --- Types ---------------------------------------------------------------------------------------

static enum status check_type_name(
	const struct check *check, const struct known_type *known, addr_t type)
{
	uint64_t name = 0;
	enum status status = check_word(check, type, FIELD_type_name, &name);
	if (status)
		return status;
	char found[NAME_MAX_BYTES];
	size_t size = strlen(known->name) + 1;
	status = memory_read_bytes(&check->python->memory, name, found, size);
	if (status)
		return check_unread(check, FIELD_type_name, status);
	if (memcmp(found, known->name, size) != 0)
		return check_misfit(check, FIELD_type_name, "is not the type's name");
	return STATUS_OK;
}

static enum status check_type(const struct check *check, const struct known_type *known)
{
	const struct layout *layout = check->layout;
	addr_t type = check->runtime->well_known[known->type];
	if (!type)
		return STATUS_OK;
	enum status status = check_instance(check, type, WELL_KNOWN_type, FIELD_object_type);
	if (!status)
		status = check_type_name(check, known, type);
	if (status)
		return status;

	uint64_t flags = 0, basicsize = 0;
	status = check_word(check, type, FIELD_type_flags, &flags);
	if (!status)
		status = check_word(check, type, FIELD_type_basicsize, &basicsize);
	if (status)
		return status;
	if ((flags & known->flags) != known->flags)
		return check_misfit(check, FIELD_type_flags, "lacks the flags of a built-in type");
	if (layout_has(layout, known->size) &&
		basicsize != (uint64_t)layout->field[known->size] + known->extra)
		return check_misfit(check, known->size, "contradicts tp_basicsize of its type");
	return STATUS_OK;
}

static enum status check_types(const struct check *check)
{
	if (!check->runtime->well_known[WELL_KNOWN_type] ||
		!check->runtime->well_known[WELL_KNOWN_dict])
		return error_set(check->err, STATUS_INVALID,
			"the symbols of the built-in types are missing");
	for (size_t i = 0; i < sizeof(known_types) / sizeof(known_types[0]); i++) {
		enum status status = check_type(check, &known_types[i]);
		if (status)
			return status;
	}
	return STATUS_OK;
}

// PyType_Ready() links the types, so the links exist only after the interpreter has started.
static enum status check_type_links(const struct check *check)
{
	const struct runtime *runtime = check->runtime;
	uint64_t flags = 0, base = 0, mro = 0;
	addr_t type = runtime->well_known[WELL_KNOWN_bool];
	enum status status = check_word(check, type, FIELD_type_flags, &flags);
	if (!status)
		status = check_word(check, type, FIELD_type_base, &base);
	if (!status)
		status = check_word(check, type, FIELD_type_mro, &mro);
	if (status)
		return status;
	if (!(flags & TYPE_FLAG_READY))
		return check_misfit(check, FIELD_type_flags, "lacks the flag of a type that is ready");
	if (base != runtime->well_known[WELL_KNOWN_int])
		return check_misfit(check, FIELD_type_base, "is not int for bool");
	return check_instance(check, mro, WELL_KNOWN_tuple, FIELD_type_mro);
}

// Py_FinalizeEx() sets _finalizing first and clears initialized later (Python/pylifecycle.c, 3.8 to
// 3.15).
static enum status check_running(const struct check *check)
{
	uint64_t finalizing = 0;
	int32_t initialized = 0;
	addr_t runtime = check->runtime->address;
	enum status status = check_word(check, runtime, FIELD_runtime_finalizing, &finalizing);
	if (status)
		return status;
	status = field_i32(check->python, runtime, FIELD_runtime_initialized, &initialized);
	if (status)
		return check_unread(check, FIELD_runtime_initialized, status);
	if (finalizing)
		return error_set(check->err, STATUS_NOT_PYTHON,
			"its interpreter is shutting down: there is no heap left to look at");
	if (initialized < 0 || initialized > 1)
		return check_misfit(check, FIELD_runtime_initialized, "is neither 0 nor 1");
	if (!initialized)
		return error_set(check->err, STATUS_NOT_PYTHON,
			"its interpreter is still starting up: try again in a moment");
	return STATUS_OK;
}

// Builds differ in where the generations begin (Debian's 3.13); most have a pointer to the first.
static enum status check_generation0(
	const struct check *check, const struct interpreter *interpreter)
{
	const struct layout *layout = check->layout;
	uint64_t first = 0;
	if (!layout_has(layout, FIELD_gc_generation0) || !layout_has(layout, FIELD_gc_generations))
		return STATUS_OK;
	enum status status = check_word(check, interpreter->gc, FIELD_gc_generation0, &first);
	if (!status && first != interpreter->gc + field_offset(check->python, FIELD_gc_generations))
		return check_misfit(check, FIELD_gc_generations, "is not where the first generation is");
	return status;
}

// The permanent generation follows the others and looks like them.
static enum status check_heads(const struct check *check, const struct interpreter *interpreter)
{
	for (unsigned i = 1; i < interpreter->generation_count; i++)
		if (interpreter->generations[i].head <= interpreter->generations[i - 1].head)
			return check_misfit(check, FIELD_gc_generations, "are not in a row");
	return STATUS_OK;
}

static enum status check_collector(
	const struct check *check, const struct interpreter *interpreter)
{
	enum status status = check_generation0(check, interpreter);
	if (!status)
		status = check_heads(check, interpreter);
	if (status)
		return status;
	for (unsigned i = 0; i < interpreter->generation_count; i++) {
		const struct generation *generation = &interpreter->generations[i];
		if (generation->threshold < 0 || generation->threshold > THRESHOLD_MAX)
			return check_misfit(check, FIELD_gc_generation_threshold, "makes no sense");
		status = check_links(check, generation->head, interpreter->gc_collecting,
			FIELD_gc_generations, "leads to no list",
			"leads to a list that does not lead back");
		if (status)
			return status;
	}
	// Up to 3.9 these are NULL until the gc module is imported (PyInit_gc()).
	if (interpreter->garbage)
		status = check_instance(
			check, interpreter->garbage, WELL_KNOWN_list, FIELD_gc_garbage);
	if (!status && interpreter->callbacks)
		status = check_instance(
			check, interpreter->callbacks, WELL_KNOWN_list, FIELD_gc_callbacks);
	return status;
}

// Checks that a thread state refers back to the interpreter, and to the thread state before it.
static enum status check_thread(const struct check *check, const struct interpreter *interpreter,
	addr_t thread, addr_t before, enum layout_field by)
{
	uint64_t owner = 0, prev = 0;
	enum status status = check_word(check, thread, FIELD_thread_interp, &owner);
	if (status)
		return status;
	if (owner != interpreter->address)
		return check_misfit(check, by, "leads to no thread of the interpreter");
	status = check_word(check, thread, FIELD_thread_prev, &prev);
	if (!status && prev != before)
		return check_misfit(check, FIELD_thread_prev, "is not the thread before");
	return status;
}

// Checks the first thread state and the next one.
static enum status check_threads(const struct check *check, const struct interpreter *interpreter)
{
	uint64_t first = 0, next = 0;
	enum status status = check_word(
		check, interpreter->address, FIELD_interp_threads_head, &first);
	if (status)
		return status;
	if (!first)
		return check_misfit(check, FIELD_interp_threads_head, "is NULL");
	status = check_thread(check, interpreter, first, 0, FIELD_thread_interp);
	if (!status)
		status = check_word(check, first, FIELD_thread_next, &next);
	if (!status && next)
		status = check_thread(check, interpreter, next, first, FIELD_thread_next);
	return status;
}

static enum status check_a_module(
	const struct check *check, const struct interpreter *interpreter)
{
	addr_t module;
	struct dict_misfit misfit = {FIELD_dict_keys, NULL};
	enum status status = interpreters_find_module(
		check->python, interpreter->modules, NULL, &module, &misfit);
	return status ? check_dict(check, status, &misfit) : STATUS_OK;
}

static enum status check_interpreter(
	const struct check *check, const struct interpreter *interpreter)
{
	enum status status = check_instance(
		check, interpreter->modules, WELL_KNOWN_dict, FIELD_interp_modules);
	if (!status)
		status = check_instance(
			check, interpreter->sysdict, WELL_KNOWN_dict, FIELD_interp_sysdict);
	if (!status)
		status = check_instance(
			check, interpreter->builtins, WELL_KNOWN_dict, FIELD_interp_builtins);
	if (!status && interpreter->sysdict == interpreter->builtins)
		return check_misfit(check, FIELD_interp_sysdict, "is the dict of builtins");
	if (!status)
		status = check_collector(check, interpreter);
	if (!status)
		status = check_threads(check, interpreter);
	if (!status)
		status = check_a_module(check, interpreter);
	return status ? status : verify_objects(check, interpreter);
}

// Checks only the main interpreter: others may be starting up.
static enum status check_main_interpreter(const struct check *check)
{
	AUTO(freep) struct interpreter *interpreters = NULL;
	size_t count = 0;
	enum status status = interpreters_read(
		check->runtime, check->python, &interpreters, &count, check->err);
	if (status == STATUS_UNREADABLE || status == STATUS_UNSUPPORTED)
		return check_misfit(check, FIELD_runtime_interpreters_head,
			"leads to no interpreter state that can be read");
	if (status)
		return status;
	uint64_t main_address = 0;
	status = check_word(check, check->runtime->address, FIELD_runtime_interpreters_main,
		&main_address);
	if (status)
		return status;
	if (interpreters[0].id != 0)
		return check_misfit(check, FIELD_interp_id, "no interpreter state has number 0");
	if (interpreters[0].address != main_address)
		return check_misfit(check, FIELD_runtime_interpreters_main, "is not number 0");
	return check_interpreter(check, &interpreters[0]);
}

enum status verify_layout(
	const struct runtime *runtime, const struct target *target, struct error *err)
{
	const struct python python = runtime_python_live(runtime, target);
	const struct check check = {
		.runtime = runtime,
		.layout = runtime->layout,
		.python = &python,
		.err = err,
	};
	enum status status = check_types(&check);
	if (!status)
		status = verify_types(&check);
	if (!status)
		status = check_running(&check);
	if (!status)
		status = check_type_links(&check);
	if (!status)
		status = check_main_interpreter(&check);
	return status;
}
