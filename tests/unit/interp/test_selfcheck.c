// SPDX-License-Identifier: MIT
// Turns one field of a layout that fits a live interpreter into a wrong one: the check must notice.
#include "interp/selfcheck.h"

#include "interp/reader.h"

#include "../live.h"

static const char script[] = "import gc, sys\n"
			     "print('pid', 1)\n"
			     "print('READY', flush=True)\n"
			     "sys.stdin.read()\n";

static enum status run(const struct live *live, const struct layout *layout, struct error *err)
{
	struct runtime runtime = *live->runtime;
	const struct reader reader = {.target = live->target};
	runtime.layout = layout;
	return selfcheck_run(&runtime, &reader, err);
}

// The fields whose being wrong would give wrong figures rather than none.
static const enum layout_field fields[] = {
	FIELD_runtime_interpreters_head, FIELD_runtime_interpreters_main,
	FIELD_interp_threads_head, FIELD_interp_modules, FIELD_interp_sysdict,
	FIELD_interp_gc, FIELD_thread_interp, FIELD_gc_permanent_generation, FIELD_gc_garbage,
	FIELD_gc_callbacks, FIELD_gc_head_next, FIELD_gc_head_prev, FIELD_object_type,
	FIELD_type_name, FIELD_type_basicsize, FIELD_type_flags, FIELD_type_base, FIELD_type_mro,
	FIELD_heap_type_size, FIELD_dict_size, FIELD_dict_keys, FIELD_keys_nentries,
	FIELD_keys_indices, FIELD_str_size, FIELD_str_ascii_size, FIELD_str_length,
	FIELD_bytes_data, FIELD_int_digits, FIELD_float_size, FIELD_complex_size,
	FIELD_list_allocated, FIELD_tuple_items, FIELD_odict_size, FIELD_slice_step,
	FIELD_range_length, FIELD_cell_value, FIELD_mappingproxy_mapping, FIELD_dict_view_dict,
	FIELD_super_object_type,
};

static void check_wrong_fields(const struct live *live)
{
	struct error err;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct layout layout = *live->runtime->layout;
		char what[100];
		if (!layout_has(&layout, fields[i]))
			continue;
		snprintf(what, sizeof(what), "%s four bytes on is noticed",
			layout_field_name(fields[i]));
		layout.field[fields[i]] += 4;
		err.message[0] = '\0';
		enum status status = run(live, &layout, &err);
		test_check(status == STATUS_INVALID || status == STATUS_NOT_PYTHON, what, __FILE__,
			__LINE__);
		test_check(err.message[0] != '\0', "and there is a reason", __FILE__, __LINE__);
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
	if (CHECK(live_spawn(&live, "/usr/bin/python3", last_words)) &&
		CHECK(!target_open_pid(live.pid, &live.target, &err)) &&
		CHECK(!symbols_create(live.target, &live.symbols, &err))) {
		CHECK(runtime_create(live.target, live.symbols, &live.runtime, &err) ==
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
