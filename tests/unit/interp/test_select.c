// SPDX-License-Identifier: MIT
// Which layout is chosen for literal interpreters: by a table, corrected by published offsets, by
// structure; and the message when none fits.
#include "interp/select.h"

#include "base/guard.h"

#include "literal_process.h"

static const uint64_t OTHER_SIZE = 4711; // of a _PyRuntime that no table knows

// Tables in place of the built-in ones (the linker's --wrap), or NULL.
static const struct layout *const *replaced;

const struct layout *const *__real_layout_tables(void);
const struct layout *const *__wrap_layout_tables(void);

const struct layout *const *__wrap_layout_tables(void)
{
	return replaced ? replaced : __real_layout_tables();
}

static bool has_published(const struct process *process)
{
	return !memcmp(literal_bytes(&process->literal, process->literal.runtime.address),
		"xdebugpy", 8);
}

static bool is_linked(const struct process *process)
{
	return process->literal.runtime.header_extra;
}

// Forgets what was chosen before.
static enum status choose(struct process *process, uint64_t runtime_size, struct error *err)
{
	struct runtime *runtime = &process->literal.runtime;
	layout_destroy(runtime->owned_layout);
	runtime->owned_layout = NULL;
	runtime->layout = NULL;
	*err = (struct error){""};
	snprintf(runtime->version_text, sizeof(runtime->version_text), "%u.%u.%u",
		runtime->version >> 24, runtime->version >> 16 & 0xff,
		runtime->version >> 8 & 0xff);
	enum status status = select_layout(runtime, process->target, NULL, runtime_size, err);
	if (status && !*err->message)
		test_check(false, "a refusal has a reason", __FILE__, __LINE__);
	if (!status && *err->message)
		test_check(false, "there is no reason without a refusal", __FILE__, __LINE__);
	return status;
}

static bool agrees(const struct layout *chosen, const struct layout *actual)
{
	unsigned wrong = 0;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout_has(chosen, (enum layout_field)i) && i != FIELD_runtime_size &&
			chosen->field[i] != actual->field[i]) {
			printf("# %s\n", layout_field_name((enum layout_field)i));
			wrong++;
		}
	return !wrong;
}

// The table that the process was made by, unless it is not the only one that says the same.
static void test_table(struct process *process)
{
	const struct layout *actual = &process->literal.layout;
	const struct runtime *runtime = &process->literal.runtime;
	struct error err;
	if (!CHECK(!choose(process, actual->runtime_size, &err))) {
		printf("# %s\n", err.message);
		return;
	}
	CHECK(agrees(runtime->layout, actual));
	CHECK(runtime->layout->source == (is_linked(process) ? LAYOUT_STRUCTURE : LAYOUT_TABLE));
	CHECK(is_linked(process) == (runtime->owned_layout != NULL));
	// The size of _PyRuntime may not be known.
	CHECK(!choose(process, 0, &err) && agrees(runtime->layout, actual));
}

// A size that no table has: what is published, else the structure.
static void test_other_size(struct process *process)
{
	const struct runtime *runtime = &process->literal.runtime;
	struct error err;
	if (!CHECK(!choose(process, OTHER_SIZE, &err))) {
		printf("# %s\n", err.message);
		return;
	}
	CHECK(agrees(runtime->layout, &process->literal.layout));
	CHECK(runtime->layout == runtime->owned_layout);
	CHECK(runtime->layout->source ==
		(has_published(process) ? LAYOUT_PUBLISHED : LAYOUT_STRUCTURE));
}

static void check_sources(struct process *process)
{
	const struct runtime *runtime = &process->literal.runtime;
	static const enum layout_source sources[] = {
		LAYOUT_TABLE, LAYOUT_PUBLISHED, LAYOUT_DWARF, LAYOUT_STRUCTURE};
	const bool expected[] = {
		!is_linked(process), has_published(process), false, true};
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		AUTO(layout_destroyp) struct layout *layout = NULL;
		struct error err = {""};
		enum status status = select_by_source(
			runtime, process->target, NULL, sources[i], &layout, &err);
		CHECK((status == STATUS_OK) == expected[i]);
		CHECK((layout != NULL) == expected[i]);
		CHECK((*err.message != '\0') == (status != STATUS_OK));
		CHECK(!layout || (layout->source == sources[i] &&
					 agrees(layout, &process->literal.layout)));
	}
}

// Whether another table is of the same release and size, which then says last what is wrong.
static bool has_rival(const struct layout *layout)
{
	const struct layout *first =
		layout_find(layout->first_version, layout->runtime_size, NULL);
	return layout_find(layout->first_version, layout->runtime_size, first);
}

// A word is something else for a moment: nothing fits, and the message says where.
static void check_refused(struct process *process, addr_t base, enum layout_field field,
	uint64_t other, const char *part)
{
	const struct literal *literal = &process->literal;
	struct error err;
	uint64_t before;
	memcpy(&before, literal_bytes(literal, base + literal->layout.field[field]), 8);
	put_field(literal, base, field, other);
	CHECK(choose(process, literal->layout.runtime_size, &err) == STATUS_NOT_PYTHON);
	if (!CHECK(strstr(err.message, part) || has_rival(&literal->layout)))
		printf("# %s\n", err.message);
	CHECK(!literal->runtime.owned_layout);
	put_field(literal, base, field, before);
}

static void test_refused(struct process *process)
{
	const struct literal *literal = &process->literal;
	const addr_t *types = literal->runtime.well_known;
	addr_t runtime = literal->runtime.address, interpreter = process->interpreter;
	bool linked = is_linked(process);
	check_refused(process, runtime, FIELD_runtime_finalizing, process->thread,
		linked ? "with Py_TRACE_REFS fits this process: runtime_finalizing" : "shutting down");
	check_refused(process, types[WELL_KNOWN_tuple], FIELD_type_basicsize, 4711,
		"tuple_items: contradicts tp_basicsize");
	check_refused(process, types[WELL_KNOWN_bool], FIELD_type_base, types[WELL_KNOWN_str],
		"type_base: is not int for bool");
	check_refused(process, interpreter, FIELD_interp_threads_head, UINT64_MAX - 7,
		linked ? "'runtime_interpreters_main' is not found" : "thread_interp: leads to no memory");
	check_refused(process, interpreter, FIELD_interp_modules, process->thread,
		linked ? "with Py_TRACE_REFS fits this process: " : "interp_modules: leads to an object of another type");
	check_refused(process, process->generations, FIELD_gc_head_prev, process->thread,
		linked ? "with Py_TRACE_REFS fits this process: " : "leads to a list that does not lead back");
	check_refused(process, interpreter, FIELD_interp_next, interpreter,
		linked ? "with Py_TRACE_REFS fits this process: " : "does not end after 1000");
}

static void test_starting(struct process *process)
{
	const struct literal *literal = &process->literal;
	struct error err;
	put_int(literal, literal->runtime.address, FIELD_runtime_initialized, 0);
	CHECK(choose(process, literal->layout.runtime_size, &err) == STATUS_NOT_PYTHON);
	CHECK(is_linked(process) || strstr(err.message, "still starting up"));
	put_int(literal, literal->runtime.address, FIELD_runtime_initialized, 1);
	CHECK(!choose(process, literal->layout.runtime_size, &err));
}

// A version that nobody described, whatever its memory looks like.
static void test_other_version(struct process *process)
{
	struct runtime *runtime = &process->literal.runtime;
	uint32_t version = runtime->version;
	struct error err;
	runtime->version = 0x030705f0;
	CHECK(choose(process, 0, &err) == STATUS_NOT_PYTHON);
	CHECK_STRING(err.message, "CPython 3.7.5 is not supported (supported: 3.8, 3.9, 3.10, 3.11, "
				  "3.12, 3.13, 3.14 and 3.15)");
	runtime->version = version;
}

// What is published contradicts the table: it is never used as it is.
static void test_contradiction(struct process *process)
{
	enum { MODULES_AT_13 = 88, MODULES_AT = 96 }; // layout/published.def
	const struct literal *literal = &process->literal;
	const struct runtime *runtime = &literal->runtime;
	struct error err;
	if (!has_published(process))
		return;
	addr_t at = runtime->address +
		((runtime->version >> 16 & 0xff) == 13 ? MODULES_AT_13 : MODULES_AT);
	uint64_t modules = literal->layout.field[FIELD_interp_modules];
	put_u64(literal, at, literal->layout.field[FIELD_interp_sysdict]);
	CHECK(choose(process, literal->layout.runtime_size, &err) == STATUS_NOT_PYTHON);
	CHECK(strstr(err.message, "'interp_modules' is"));
	put_u64(literal, at, UINT64_MAX);
	CHECK(choose(process, literal->layout.runtime_size, &err) == STATUS_NOT_PYTHON);
	put_u64(literal, at, modules);
	CHECK(!choose(process, literal->layout.runtime_size, &err));
}

// Of two tables of one release that the memory tells apart, the one that fits.
static void test_two_tables(void)
{
	unsigned pairs = 0;
	for (const struct layout *const *table = layout_tables(); table[0] && table[1]; table++) {
		const struct layout *first = table[0], *second = table[1];
		if (first->first_version != second->first_version ||
			first->runtime_size != second->runtime_size ||
			first->field[FIELD_gc_generations] == second->field[FIELD_gc_generations])
			continue;
		const struct layout *both[] = {first, second};
		for (unsigned i = 0; i < 2; i++) {
			struct process process;
			struct error err;
			process_init(&process, both[i]);
			CHECK(!choose(&process, first->runtime_size, &err));
			CHECK(process.literal.runtime.layout == both[i]);
			process_deinit(&process);
		}
		pairs++;
	}
	CHECK(pairs);
}

// One place is unknown in the table of the release: whoever knows all is asked first, but the table is
// better than nothing.
static void test_unknown(struct process *process)
{
	const struct layout *actual = &process->literal.layout;
	const struct runtime *runtime = &process->literal.runtime;
	struct layout unknown = *actual, neighbour = *actual;
	const struct layout *const one[] = {&unknown, NULL}, *const two[] = {&unknown, actual, NULL},
			    *const others[] = {&unknown, &neighbour, NULL};
	struct error err;
	if (is_linked(process))
		return;
	unknown.field[FIELD_interp_dict] = LAYOUT_UNKNOWN;
	unknown.field[FIELD_dict_keys] = LAYOUT_UNKNOWN; // is published from 3.13 on
	CHECK(layout_count_unknown(&unknown) == 2 && !layout_count_unknown(actual));
	CHECK(!layout_has(&unknown, FIELD_dict_keys));
	replaced = two;
	CHECK(!choose(process, actual->runtime_size, &err) && runtime->layout == actual);

	neighbour.first_version = neighbour.last_version = actual->last_version + 1;
	replaced = others;
	if (CHECK(!choose(process, actual->runtime_size, &err)))
		CHECK(runtime->layout->source ==
			(has_published(process) ? LAYOUT_PUBLISHED : LAYOUT_STRUCTURE));
	CHECK(agrees(runtime->layout, actual));

	// What the self-check needs must be known; what it does not need is not read.
	replaced = one;
	if (has_published(process)) {
		CHECK(!choose(process, actual->runtime_size, &err) &&
			runtime->layout->source == LAYOUT_PUBLISHED);
		CHECK(layout_count_unknown(runtime->layout) == 1 && agrees(runtime->layout, actual));
	} else {
		CHECK(choose(process, actual->runtime_size, &err) == STATUS_NOT_PYTHON);
	}
	unknown.field[FIELD_dict_keys] = actual->field[FIELD_dict_keys];
	CHECK(!choose(process, actual->runtime_size, &err) && runtime->layout == &unknown);
	replaced = NULL;
}

// _PyRuntime lies where nothing can be read, or where the memory ends.
static void test_unreadable(struct process *process)
{
	static const addr_t places[] = {
		0, 0x1000, LITERAL_BASE + LITERAL_BYTES - 16, UINT64_MAX - 7};
	struct runtime *runtime = &process->literal.runtime;
	addr_t address = runtime->address;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct error err;
		runtime->address = places[i];
		CHECK(choose(process, 0, &err) == STATUS_NOT_PYTHON);
		CHECK(!runtime->owned_layout);
	}
	runtime->address = address;
}

static bool is_first_of_minor(const struct layout *layout)
{
	const struct layout *first = layout_find_minor(layout->first_version, NULL);
	return !strcmp(first->name, layout->name) && !strcmp(first->variant, layout->variant);
}

static void test_all(struct process *process)
{
	test_table(process);
	test_other_size(process);
	check_sources(process);
	test_other_version(process);
	if (is_first_of_minor(&process->literal.layout)) {
		test_starting(process);
		test_contradiction(process);
	}
}

// A refusal takes time, since every table of the minor version is tried again and again: done where
// there are few.
static void test_refusals(struct process *process)
{
	uint32_t minor = process->literal.layout.first_version >> 8;
	if (minor != 0x0308 && minor != 0x030b)
		return;
	test_refused(process);
	test_unreadable(process);
}

int main(void)
{
	process_each(test_all);
	process_each(test_refusals);
	process_each(test_unknown);
	test_two_tables();
	return test_done();
}
