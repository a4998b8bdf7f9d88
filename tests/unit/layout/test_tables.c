// SPDX-License-Identifier: MIT
// Compares the built-in tables with facts on each version from other sources, and tests the choice
// among them.
#include "layout/layout.h"

#include <stdlib.h>

#include "../test.h"
#include "base/error.h"
#include "target/machine.h"

enum { FIRST_MINOR = 8, MINORS = 8, NONE = -1 };

// Read from binaries of 3.8.5, 3.9.2, 3.10.15, 3.11.2, 3.12.6, 3.13.5, 3.14.8 and 3.15.0, one by one
// and independently of the tables.
static const struct {
	enum layout_field field;
	int expected[MINORS];
} known[] = {
	{FIELD_runtime_size, {1464, 656, 672, 166688, 459992, 283376, 316616, 346568}},
	{FIELD_runtime_interpreters_head, {32, 32, 32, 40, 40, 632, 808, 936}},
	{FIELD_runtime_interpreters_main, {40, 40, 40, 48, 48, 640, 816, 944}},
	{FIELD_runtime_initialized, {12, 12, 12, 16, 16, 600, 776, 904}},
	{FIELD_runtime_finalizing, {16, 16, 16, 24, 24, 608, 784, 912}},
	{FIELD_runtime_gc, {344, NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
	{FIELD_interp_next, {0, 0, 0, 0, 0, 7264, 7272, 7264}},
	{FIELD_interp_id, {16, 24, 24, 48, 8, 7272, 7280, 7272}},
	{FIELD_interp_threads_head, {8, 8, 8, 16, 72, 7344, 7344, 7336}},
	{FIELD_interp_gc, {NONE, 616, 616, 648, 112, 7400, 7408, 7400}},
	{FIELD_interp_modules, {56, 856, 856, 888, 944, 7656, 7688, 7592}},
	{FIELD_interp_modules_by_index, {64, 864, 864, 896, 952, 7664, 7696, 7600}},
	{FIELD_interp_sysdict, {72, 872, 872, 904, 352, 7640, 7672, 7576}},
	{FIELD_interp_builtins, {80, 880, 880, 912, 360, 7648, 7680, 7584}},
	{FIELD_interp_importlib, {88, 888, 888, 920, 960, 7672, 7704, 7608}},
	{FIELD_interp_import_func, {560, 1392, 1360, 1416, 984, 7696, 7728, 7632}},
	{FIELD_interp_codec_search_path, {120, 912, 912, 936, 1248, 7960, 8000, 7952}},
	{FIELD_interp_codec_error_registry, {136, 928, 928, 952, 1264, 7976, 8016, 7968}},
	{FIELD_interp_dict, {544, 1376, 1344, 1400, 1720, 8448, 8496, 8448}},
	{FIELD_interp_builtins_copy, {552, 1384, 1352, 1408, 1736, 8464, 8512, 8464}},
	{FIELD_interp_before_forkers, {2624, 3456, 3424, 3480, 3872, 10632, 10696, 10672}},
	{FIELD_interp_after_forkers_child, {2640, 3472, 3440, 3496, 3888, 10648, 10712, 10688}},
	{FIELD_interp_warnings_filters, {2672, 3504, 3456, 3504, 3896, 10656, 10720, 10696}},
	{FIELD_interp_atexit_callbacks, {NONE, NONE, 3488, 3536, 3944, 10712, 10792, 10768}},
	{FIELD_interp_audit_hooks, {2704, 3536, 3504, 3552, 267208, 10808, 10912, 10888}},
	{FIELD_interp_type_states, {NONE, NONE, NONE, NONE, 373704, 182968, 180240, 180264}},
	{FIELD_interp_extension_type_states,
		{NONE, NONE, NONE, NONE, NONE, 192584, 189856, 190024}},
	{FIELD_interp_interned_strings, {NONE, NONE, NONE, NONE, 382936, 194328, 224624, 224896}},
	{FIELD_interp_asyncio_tasks_head, {NONE, NONE, NONE, NONE, NONE, NONE, 10880, 10856}},
	{FIELD_type_state_size, {NONE, NONE, NONE, NONE, 40, 48, 48, 48}},
	{FIELD_type_state_dict, {NONE, NONE, NONE, NONE, 16, 24, 24, 24}},
	{FIELD_thread_size, {264, 264, 280, 360, 288, 304, 832, 888}},
	{FIELD_thread_next, {8, 8, 8, 8, 8, 8, 8, 8}},
	{FIELD_thread_frame, {24, 24, 24, NONE, NONE, NONE, NONE, NONE}},
	{FIELD_thread_cframe, {NONE, NONE, 48, 56, 56, NONE, NONE, NONE}},
	{FIELD_thread_current_frame, {NONE, NONE, NONE, NONE, NONE, 72, 72, 72}},
	{FIELD_thread_profile_object, {72, 72, 72, 80, 80, 96, 96, 120}},
	{FIELD_thread_exc_info, {144, 144, 144, 120, 104, 120, 120, 144}},
	{FIELD_thread_dict, {152, 152, 152, 128, 112, 128, 128, 152}},
	{FIELD_thread_async_exc, {168, 168, 168, 144, 128, 144, 144, 168}},
	{FIELD_thread_thread_id, {176, 176, 176, 152, 136, 152, 152, 176}},
	{FIELD_thread_native_thread_id, {NONE, NONE, NONE, 160, 144, 160, 160, 184}},
	{FIELD_thread_delete_later, {192, 192, 192, 176, 160, 168, 168, 192}},
	{FIELD_thread_context, {240, 240, 240, 224, 208, 208, 208, 232}},
	{FIELD_thread_exc_state, {112, 112, 112, 320, 256, 256, 256, 288}},
	{FIELD_thread_asyncio_running_loop, {NONE, NONE, NONE, NONE, NONE, 304, 864, 1024}},
	{FIELD_cframe_current_frame, {NONE, NONE, NONE, 8, 0, NONE, NONE, NONE}},
	{FIELD_gc_size, {240, 240, 240, 240, 240, 240, 264, 176}},
	{FIELD_gc_enabled, {12, 12, 12, 12, 12, 12, 12, 0}},
	{FIELD_gc_generations, {24, 24, 24, 24, 24, 24, 24, 8}},
	{FIELD_gc_generation0, {96, 96, 96, 96, 96, 96, 256, 168}},
	{FIELD_gc_permanent_generation, {104, 104, 104, 104, 104, 104, 96, 80}},
	{FIELD_gc_generation_stats, {128, 128, 128, 128, 128, 128, 120, 104}},
	{FIELD_gc_collecting, {200, 200, 200, 200, 200, 200, 192, 112}},
	{FIELD_gc_garbage, {208, 208, 208, 208, 208, 208, 200, 128}},
	{FIELD_gc_callbacks, {216, 216, 216, 216, 216, 216, 208, 136}},
	{FIELD_gc_stats_size, {24, 24, 24, 24, 24, 24, 24, 64}},
	{FIELD_type_size, {416, 408, 408, 408, 416, 416, 416, 424}},
	{FIELD_heap_type_size, {880, 880, 888, 904, 920, 928, 936, 944}},
	{FIELD_heap_type_cached_keys, {872, 864, 872, 872, 880, 880, 880, 888}},
	{FIELD_heap_type_module, {NONE, 872, 880, 880, 888, 888, 888, 896}},
	{FIELD_dict_values, {40, 40, 40, 40, 40, 40, 40, 40}},
	{FIELD_keys_table_size, {8, 8, 8, NONE, NONE, NONE, NONE, NONE}},
	{FIELD_keys_kind, {NONE, NONE, NONE, 10, 10, 10, 10, 10}},
	{FIELD_keys_nentries, {32, 32, 32, 24, 24, 24, 24, 24}},
	{FIELD_keys_indices, {40, 40, 40, 32, 32, 32, 32, 32}},
	{FIELD_str_ascii_size, {48, 48, 48, 48, 40, 40, 40, 40}},
	{FIELD_str_compact_size, {72, 72, 72, 72, 56, 56, 56, 56}},
	{FIELD_str_data, {72, 72, 72, 72, 56, 56, 56, 56}},
	{FIELD_int_tag, {NONE, NONE, NONE, NONE, 16, 16, 16, 16}},
	{FIELD_int_digits, {24, 24, 24, 24, 24, 24, 24, 24}},
	{FIELD_tuple_items, {24, 24, 24, 24, 24, 24, 32, 32}},
	{FIELD_set_small_table, {64, 64, 64, 64, 64, 64, 64, 64}},
	{FIELD_function_code, {16, 16, 48, 48, 48, 48, 48, 48}},
	{FIELD_function_qualname, {104, 104, 40, 40, 40, 40, 40, 40}},
	{FIELD_function_typeparams, {NONE, NONE, NONE, NONE, 120, 120, 128, 128}},
	{FIELD_module_name, {48, 48, 48, 48, 48, 48, 48, 40}},
	{FIELD_module_def, {24, 24, 24, 24, 24, 24, 24, NONE}},
	{FIELD_module_state_size, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, 56}},
	{FIELD_bytearray_bytes_object, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, 56}},
	{FIELD_exception_cause, {48, 48, 48, 56, 56, 56, 56, 56}},
	{FIELD_code_consts, {56, 56, 56, 24, 24, 24, 24, 24}},
	{FIELD_code_filename, {104, 104, 104, 112, 112, 112, 112, 112}},
	{FIELD_code_firstlineno, {40, 40, 40, 72, 68, 68, 68, 68}},
	{FIELD_code_bytecode, {NONE, NONE, NONE, 184, 192, 200, 208, 208}},
	{FIELD_task_coroutine, {112, 152, 160, 136, 136, 120, 128, 128}},
	{FIELD_task_node, {NONE, NONE, NONE, NONE, NONE, NONE, 152, 152}},
	{FIELD_frame_object_size, {368, 368, 360, 56, 56, 72, 80, 80}},
	{FIELD_frame_object_lasti, {104, 104, 96, NONE, NONE, NONE, NONE, NONE}},
	{FIELD_frame_code, {NONE, NONE, NONE, 32, 0, 0, 0, 0}},
	{FIELD_frame_previous, {NONE, NONE, NONE, 48, 8, 8, 8, 8}},
	{FIELD_frame_owner, {NONE, NONE, NONE, 69, 70, 70, 74, 74}},
	{FIELD_frame_stacktop, {NONE, NONE, NONE, 64, 64, 64, NONE, NONE}},
	{FIELD_frame_stackpointer, {NONE, NONE, NONE, NONE, NONE, NONE, 64, 64}},
	{FIELD_frame_localsplus, {NONE, NONE, NONE, 72, 72, 72, 80, 80}},
	{FIELD_generator_frame, {NONE, NONE, NONE, 80, 72, 72, 72, 72}},
	{FIELD_generator_frame_state, {NONE, NONE, NONE, 75, 67, 67, 67, 67}},
	{FIELD_pool_header_size, {48, 48, 48, 48, 48, 48, 48, 48}},
	{FIELD_deque_block_size, {528, 528, 528, 528, 528, 528, 528, 528}},
};

static const struct layout *const *const *all_lists(void)
{
	static const struct layout *const *lists[3];
	lists[0] = layout_tables();
	lists[1] = layout_candidates();
	return lists;
}

// Where a build or a release of a minor version differs from the one that stands for it above.
static const struct {
	const char *name, *variant;
	enum layout_field field;
	int expected;
} exceptions[] = {
	{"CPython 3.12.0", "", FIELD_runtime_size, 459888},
	{"CPython 3.12.1", "", FIELD_runtime_size, 459944},
	{"CPython 3.12.7", "", FIELD_runtime_size, 459280},
	{"CPython 3.13.0", "", FIELD_runtime_size, 283320},
	{"CPython 3.13.5", "debian", FIELD_gc_generations, 20},
	{"CPython 3.13.12", "", FIELD_runtime_size, 283400},
	{"CPython 3.13.13", "", FIELD_runtime_size, 283408},
	{"CPython 3.13.13", "", FIELD_thread_size, 312},
	{"CPython 3.13.13", "", FIELD_thread_asyncio_running_loop, 312},
	{"CPython 3.13.12", "debian", FIELD_runtime_size, 283400},
	{"CPython 3.13.13", "debian", FIELD_runtime_size, 283408},
	{"CPython 3.13.13", "debian", FIELD_thread_size, 312},
	{"CPython 3.13.13", "debian", FIELD_thread_asyncio_running_loop, 312},
	{"CPython 3.13.12", "debian", FIELD_gc_generations, 20},
	{"CPython 3.13.13", "debian", FIELD_gc_generations, 20},
	{"CPython 3.14.0", "", FIELD_runtime_size, 316536},
	{"CPython 3.14.0", "", FIELD_thread_size, 824},
	{"CPython 3.14.0", "", FIELD_thread_asyncio_running_loop, 856},
	{"CPython 3.14.0", "", FIELD_gc_size, 240},
	{"CPython 3.14.0", "", FIELD_gc_generations, NONE},
	{"CPython 3.14.0", "", FIELD_gc_generation0, NONE},
	{"CPython 3.14.2", "", FIELD_runtime_size, 316552},
	{"CPython 3.14.2", "", FIELD_thread_size, 824},
	{"CPython 3.14.2", "", FIELD_thread_asyncio_running_loop, 856},
	{"CPython 3.14.2", "", FIELD_gc_size, 240},
	{"CPython 3.14.2", "", FIELD_gc_generations, NONE},
	{"CPython 3.14.2", "", FIELD_gc_generation0, NONE},
	{"CPython 3.14.3", "", FIELD_runtime_size, 316576},
	{"CPython 3.14.3", "", FIELD_thread_size, 824},
	{"CPython 3.14.3", "", FIELD_thread_asyncio_running_loop, 856},
	{"CPython 3.14.3", "", FIELD_gc_size, 240},
	{"CPython 3.14.3", "", FIELD_gc_generations, NONE},
	{"CPython 3.14.3", "", FIELD_gc_generation0, NONE},
	{"CPython 3.14.4", "", FIELD_runtime_size, 316592},
	{"CPython 3.14.4", "", FIELD_gc_size, 240},
	{"CPython 3.14.4", "", FIELD_gc_generations, NONE},
	{"CPython 3.14.4", "", FIELD_gc_generation0, NONE},
	{"CPython 3.15.0", "", FIELD_runtime_size, 346560},
};

// Many fields that moved by the same distance: they lie behind the collector's state, which was
// shorter up to 3.14.4.
static const struct {
	const char *name;
	enum layout_field first, last;
	int by;
} moved[] = {
	{"CPython 3.14.0", FIELD_interp_modules, FIELD_interp_atexit_count, -24},
	{"CPython 3.14.0", FIELD_interp_audit_hooks, FIELD_interp_asyncio_tasks_head, -32},
	{"CPython 3.14.2", FIELD_interp_modules, FIELD_interp_atexit_count, -24},
	{"CPython 3.14.2", FIELD_interp_audit_hooks, FIELD_interp_asyncio_tasks_head, -32},
	{"CPython 3.14.3", FIELD_interp_modules, FIELD_interp_atexit_count, -24},
	{"CPython 3.14.3", FIELD_interp_audit_hooks, FIELD_interp_asyncio_tasks_head, -32},
	{"CPython 3.14.4", FIELD_interp_modules, FIELD_interp_asyncio_tasks_head, -24},
};

static int distance_of(const struct layout *layout, enum layout_field field)
{
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++)
		if (moved[i].first <= field && field <= moved[i].last &&
			!strcmp(moved[i].name, layout->name))
			return moved[i].by;
	return 0;
}

static int find_expected(const struct layout *layout, size_t row)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (exceptions[i].field == known[row].field &&
			!strcmp(exceptions[i].name, layout->name) &&
			!strcmp(exceptions[i].variant, layout->variant))
			return exceptions[i].expected;
	int expected = known[row].expected[(int)(layout->first_version >> 8 & 0xff) - FIRST_MINOR];
	return expected == NONE ? NONE : expected + distance_of(layout, known[row].field);
}

// The numbers are those of x86-64. Elsewhere the two mutexes of the GIL may move what lies behind them.
enum { MOVED = 2 * MACHINE_MUTEX_GROWTH };

static bool is_expected(int actual, int expected)
{
	return actual == expected || (expected != NONE && actual == expected + MOVED);
}

static void check_known(const struct layout *layout)
{
	int wrong = 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		enum layout_field field = known[i].field;
		int expected = find_expected(layout, i);
		int actual = layout_has(layout, field) ? (int)layout->field[field] : NONE;
		if (!is_expected(actual, expected)) {
			printf("# %s: %s is %d, not %d\n", layout->name, layout_field_name(field),
				actual, expected);
			wrong++;
		}
	}
	CHECK(!wrong);
}

static void check_table(const struct layout *layout)
{
	struct layout_traits traits;
	printf("# %s %s\n", layout->name, layout->variant);
	CHECK(layout->first_version <= layout->last_version &&
	      layout->first_version >> 8 == layout->last_version >> 8);
	CHECK(layout->runtime_size == layout->field[FIELD_runtime_size] && layout->runtime_size);
	CHECK(layout->source == LAYOUT_TABLE);
	CHECK(layout->pool_size == layout_pool_size(layout->first_version));
	CHECK(!layout_traits_for(layout->first_version, &traits) &&
	      !memcmp(&traits, &layout->traits, sizeof(traits)));
	CHECK(!layout_traits_for(layout->last_version, &traits) &&
	      !memcmp(&traits, &layout->traits, sizeof(traits)));
	check_known(layout);
}

static void test_tables(void)
{
	for (int i = 0; all_lists()[i]; i++)
		for (const struct layout *const *table = all_lists()[i]; *table; table++)
			check_table(*table);
}

static unsigned count_found(uint32_t version, uint64_t runtime_size)
{
	const struct layout *layout = NULL;
	unsigned count = 0;
	while ((layout = layout_find(version, runtime_size, layout))) {
		if (version < layout->first_version || version > layout->last_version ||
			(runtime_size && layout->runtime_size != runtime_size))
			return 1000;
		count++;
	}
	return count;
}

static void test_find(void)
{
	CHECK(count_found(0x030b02, 166688 + MOVED) == 1);
	CHECK(count_found(0x030b00, 166688 + MOVED) == 1);
	CHECK(count_found(0x030b02, 166696 + MOVED) == 0);
	CHECK(count_found(0x030b02, 0) == 1);
	CHECK(count_found(0x030b10, 166688 + MOVED) == 1);
	CHECK(count_found(0x030b11, 166688 + MOVED) == 0);
	CHECK(count_found(0x030aff, 166688 + MOVED) == 0);
	CHECK(count_found(0x030c00, 166688 + MOVED) == 0);
	CHECK(count_found(0x030d00, 283320 + MOVED) == 1);
	CHECK(count_found(0x030d01, 283376 + MOVED) == 2);
	CHECK(count_found(0x030d05, 283376 + MOVED) == 2);
	CHECK(count_found(0x030d05, 283320 + MOVED) == 0);
	CHECK(count_found(0x030d0c, 283376 + MOVED) == 0);
	CHECK(count_found(0x030d0d, 283400 + MOVED) == 0);
	CHECK(count_found(0x031000, 283376 + MOVED) == 0);
	CHECK(count_found(0, 0) == 0);
	CHECK(count_found(UINT32_MAX, UINT64_MAX) == 0);
	// Each table finds itself, and only tables of its version are found at all.
	for (const struct layout *const *table = layout_tables(); *table; table++) {
		CHECK(count_found((*table)->first_version, (*table)->runtime_size) >= 1);
		CHECK(count_found((*table)->last_version, (*table)->runtime_size) >= 1);
	}
	for (uint32_t version = 0x030000; version < 0x031100; version++)
		if (count_found(version, 166688 + MOVED) > 2 ||
			count_found(version, 283376 + MOVED) > 2)
			CHECK(!"a table outside of its versions");
}

static void test_find_minor(void)
{
	const struct layout *layout = NULL;
	unsigned count = 0;
	while ((layout = layout_find_minor(0x030c00, layout)))
		count += layout->first_version >> 8 == 0x030c;
	CHECK(count == 4);
	// Both kinds of collector in one minor version.
	layout = layout_find_minor(0x030e03, NULL);
	CHECK(layout && layout->traits.is_incremental);
	layout = layout_find_minor(0x030e63, NULL);
	CHECK(layout && !layout->traits.is_incremental);
	CHECK(!layout_find_minor(0x030700, NULL));
	CHECK(!layout_find_minor(0x031000, NULL));
	CHECK(layout_field_is_of_object(FIELD_dict_keys));
	CHECK(!layout_field_is_of_object(FIELD_interp_modules));
	CHECK(!layout_field_is_of_object(FIELD_thread_asyncio_running_loop));
}

static void test_describe(void)
{
	char buffer[64], expected[64] = "";
	layout_describe_supported(buffer, sizeof(buffer));
	// Every minor version once, in words.
	const struct layout *const *table = layout_tables();
	for (; *table; table++) {
		uint32_t version = (*table)->first_version;
		snprintf(expected, sizeof(expected), "%u.%u", version >> 16, version >> 8 & 0xff);
		const char *place = strstr(buffer, expected);
		CHECK(place && !strstr(place + 1, expected));
	}
	CHECK(strstr(buffer, " and ") != NULL);
	CHECK(strlen(buffer) > 4 && !strcmp(buffer + strlen(buffer) - strlen(expected), expected));
	memset(buffer, 'x', sizeof(buffer));
	layout_describe_supported(buffer, 6);
	CHECK(memchr(buffer, 0, 6) && buffer[6] == 'x');
}

static void test_traits(void)
{
	struct layout_traits traits;
	CHECK(layout_traits_for(0x030700, &traits) == STATUS_UNSUPPORTED);
	CHECK(layout_traits_for(0x031000, &traits) == STATUS_UNSUPPORTED);
	CHECK(layout_traits_for(0x020712, &traits) == STATUS_UNSUPPORTED);
	CHECK(!layout_traits_for(0x030e04, &traits) && traits.is_incremental);
	CHECK(!layout_traits_for(0x030e05, &traits) && !traits.is_incremental);
	CHECK(!layout_traits_for(0x030a00, &traits) && traits.has_scaled_lasti);
	CHECK(layout_pool_size(0x030912) == 4096 && layout_pool_size(0x030a00) == 16384);
}

static void test_names(void)
{
	const char *in_struct, *member;
	CHECK_STRING(layout_field_name(FIELD_dict_keys), "dict_keys");
	CHECK_STRING(layout_field_name(FIELD_COUNT), "unknown field");
	layout_field_place(FIELD_dict_keys, &in_struct, &member);
	CHECK_STRING(in_struct, "PyDictObject");
	CHECK_STRING(member, "ma_keys");
}

int main(void)
{
	test_tables();
	test_find();
	test_find_minor();
	test_describe();
	test_traits();
	test_names();
	return test_done();
}
