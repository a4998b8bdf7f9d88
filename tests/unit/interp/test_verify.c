// SPDX-License-Identifier: MIT
// Turns one field of a layout that fits a live interpreter into a wrong one: the check must notice.
#include "interp/verify.h"

#include "../live.h"

static const char script[] = "import gc, sys, threading\n"
			     "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
			     "print('pid', 1)\n"
			     "print('READY', flush=True)\n"
			     "sys.stdin.read()\n";

static enum status run(const struct live *live, const struct layout *layout, struct error *err)
{
	struct runtime runtime = *live->runtime;
	runtime.layout = layout;
	return verify_layout(&runtime, live->target, err);
}

// The fields whose being wrong would give wrong figures rather than none.
static const enum layout_field fields[] = {
	FIELD_runtime_interpreters_head, FIELD_runtime_interpreters_main, FIELD_runtime_gc,
	FIELD_interp_threads_head, FIELD_interp_gc, FIELD_interp_modules, FIELD_interp_sysdict,
	FIELD_interp_builtins, FIELD_interp_importlib, FIELD_thread_prev, FIELD_thread_next,
	FIELD_thread_interp, FIELD_gc_generations, FIELD_gc_generation0,
	FIELD_gc_permanent_generation, FIELD_gc_garbage, FIELD_gc_callbacks,
	FIELD_gc_generation_size, FIELD_gc_generation_threshold, FIELD_gc_head_size,
	FIELD_gc_head_next, FIELD_gc_head_prev, FIELD_object_size, FIELD_object_refcnt,
	FIELD_object_type, FIELD_var_size, FIELD_type_name, FIELD_type_basicsize,
	FIELD_type_itemsize, FIELD_type_flags, FIELD_type_weaklistoffset, FIELD_type_members,
	FIELD_type_base, FIELD_type_dict, FIELD_type_dictoffset, FIELD_type_bases,
	FIELD_type_mro, FIELD_heap_type_size, FIELD_heap_type_name, FIELD_heap_type_qualname,
	FIELD_member_size, FIELD_member_name, FIELD_member_type, FIELD_member_offset,
	FIELD_dict_size, FIELD_dict_used, FIELD_dict_keys, FIELD_dict_values, FIELD_keys_refcnt,
	FIELD_keys_table_size, FIELD_keys_log2_size, FIELD_keys_log2_index_bytes,
	FIELD_keys_kind, FIELD_keys_usable, FIELD_keys_nentries, FIELD_keys_indices,
	FIELD_str_ascii_size, FIELD_str_compact_size, FIELD_str_size, FIELD_str_length,
	FIELD_str_state, FIELD_str_wstr, FIELD_str_wstr_length, FIELD_str_data,
	FIELD_bytes_data, FIELD_int_digits, FIELD_int_tag, FIELD_float_size, FIELD_complex_size,
	FIELD_list_items, FIELD_list_allocated, FIELD_tuple_items, FIELD_set_fill,
	FIELD_set_used, FIELD_set_mask, FIELD_set_table, FIELD_set_small_table,
	FIELD_set_entry_size, FIELD_function_code, FIELD_function_globals,
	FIELD_function_builtins, FIELD_function_name, FIELD_function_qualname,
	FIELD_function_defaults, FIELD_function_closure, FIELD_function_doc,
	FIELD_function_dict, FIELD_function_module, FIELD_method_function, FIELD_method_self,
	FIELD_builtin_self, FIELD_builtin_module, FIELD_cell_value, FIELD_module_dict,
	FIELD_module_def, FIELD_module_def_size, FIELD_module_name, FIELD_property_get,
	FIELD_property_set, FIELD_property_del, FIELD_property_doc, FIELD_staticmethod_callable,
	FIELD_staticmethod_dict, FIELD_classmethod_callable, FIELD_classmethod_dict,
	FIELD_weakref_callback, FIELD_descriptor_type, FIELD_descriptor_name,
	FIELD_mappingproxy_mapping, FIELD_dict_view_dict, FIELD_slice_start, FIELD_slice_stop,
	FIELD_slice_step, FIELD_range_start, FIELD_range_stop, FIELD_range_step,
	FIELD_range_length, FIELD_namespace_dict, FIELD_super_type, FIELD_super_object,
	FIELD_super_object_type, FIELD_memoryview_buffer, FIELD_filter_function,
	FIELD_filter_iterator, FIELD_code_consts, FIELD_code_names, FIELD_code_exceptiontable,
	FIELD_code_firstlineno, FIELD_code_stacksize, FIELD_code_nlocals,
	FIELD_code_nlocalsplus, FIELD_code_localsplusnames, FIELD_code_localspluskinds,
	FIELD_code_varnames, FIELD_code_freevars, FIELD_code_cellvars, FIELD_code_filename,
	FIELD_code_name, FIELD_code_qualname, FIELD_code_linetable, FIELD_code_code,
	FIELD_code_bytecode, FIELD_frame_object_code, FIELD_frame_object_builtins,
	FIELD_frame_object_globals, FIELD_frame_object_data, FIELD_frame_localsplus,
	FIELD_generator_frame_object, FIELD_generator_code, FIELD_generator_origin,
	FIELD_generator_frame, FIELD_traceback_next, FIELD_traceback_frame, FIELD_odict_size,
	FIELD_odict_first, FIELD_odict_fast_nodes_size, FIELD_odict_instance_dict,
	FIELD_context_vars, FIELD_context_var_default,
};

// What stands behind some fields looks the same in some version: main behind head, the count behind
// the threshold, __qualname__ behind __name__.
static bool has_alike_behind(enum layout_field field, int distance)
{
	static const struct {
		enum layout_field field;
		int distance;
	} alike[] = {
		{FIELD_runtime_interpreters_head, 8}, {FIELD_interp_builtins, 8},
		{FIELD_interp_importlib, 8}, {FIELD_gc_garbage, 8}, {FIELD_gc_callbacks, 8},
		{FIELD_gc_generation_threshold, 4}, {FIELD_function_name, 8},
		{FIELD_code_nlocalsplus, 4}, {FIELD_code_nlocalsplus, 8},
	};
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i].field == field && alike[i].distance == distance)
			return true;
	return false;
}

static bool is_about_a_field(const char *message)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *name = layout_field_name((enum layout_field)i);
		size_t length = strlen(name);
		if (!strncmp(message, name, length) && message[length] == ':')
			return true;
	}
	return false;
}

static void check_wrong_field(const struct live *live, enum layout_field field, int distance)
{
	struct error err = {{0}};
	struct layout layout = *live->runtime->layout;
	char what[100];
	snprintf(what, sizeof(what), "%s %d bytes off is noticed", layout_field_name(field), distance);
	layout.field[field] += (uint32_t)distance;
	enum status status = run(live, &layout, &err);
	test_check(status == STATUS_INVALID || status == STATUS_NOT_PYTHON, what, __FILE__, __LINE__);
	// The field that is named may be another one, which it contradicts.
	test_check(status != STATUS_INVALID || is_about_a_field(err.message),
		"and a field is named", __FILE__, __LINE__);
}

static void check_wrong_fields(const struct live *live)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!layout_has(live->runtime->layout, fields[i]))
			continue;
		for (int distance = 4; distance <= 8; distance += 4)
			if (!has_alike_behind(fields[i], distance))
				check_wrong_field(live, fields[i], distance);
	}
}

static void check_missing_fields(const struct live *live)
{
	struct error err;
	struct layout layout = *live->runtime->layout;
	layout.field[FIELD_interp_modules] = LAYOUT_ABSENT;
	CHECK(run(live, &layout, &err) == STATUS_INVALID);
	layout = *live->runtime->layout;
	layout.field[FIELD_thread_interp] = LAYOUT_ABSENT;
	CHECK(run(live, &layout, &err) == STATUS_INVALID);
	CHECK_STRING(err.message, "thread_interp: the layout lacks this field");
}

// What the check says of an interpreter that is not running, as the fields are then.
static void check_states(const struct live *live)
{
	struct error err;
	struct layout layout = *live->runtime->layout;
	layout.field[FIELD_runtime_initialized] = layout.field[FIELD_runtime_finalizing];
	CHECK(run(live, &layout, &err) == STATUS_NOT_PYTHON);
	CHECK_STRING(err.message, "its interpreter is still starting up: try again in a moment");
	layout = *live->runtime->layout;
	layout.field[FIELD_runtime_finalizing] = layout.field[FIELD_runtime_interpreters_head];
	CHECK(run(live, &layout, &err) == STATUS_NOT_PYTHON);
	CHECK_STRING(err.message,
		"its interpreter is shutting down: there is no heap left to look at");
}

static void check_live(const struct live *live)
{
	struct error err;
	CHECK(!run(live, live->runtime->layout, &err));
	check_wrong_fields(live);
	check_missing_fields(live);
	check_states(live);
}

// An object that outlives its module: its __del__ runs while the interpreter goes away.
static const char last_words[] = "import os\n"
				 "class Late:\n"
				 "    def __del__(self, os=os):\n"
				 "        os.write(1, b'late 1\\nREADY\\n')\n"
				 "        os.read(0, 1)\n"
				 "late = Late()\n";

static void check_shutting_down(void)
{
	static struct live live = {.input = -1};
	struct error err = {{0}};
	if (CHECK(live_spawn(&live, "", "/usr/bin/python3", last_words)) &&
		CHECK(!target_open_pid(live.pid, &live.target, &err)) &&
		CHECK(!interpreter_file_open(live.target, &live.file, &err))) {
		CHECK(runtime_create(live.target, live.file, &live.runtime, &err) ==
			STATUS_NOT_PYTHON);
		CHECK(strstr(err.message, "shutting down") ||
			strstr(err.message, "not support"));
	}
	live_stop(&live);
}

int main(void)
{
	live_each(script, check_live);
	check_shutting_down();
	return test_done();
}
