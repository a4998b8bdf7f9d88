// SPDX-License-Identifier: MIT
// Types and _PyRuntime without symbols, in memory made of literals.
#include "interp/discover.h"

#include "literal_process.h"

static const char *const PATH = ""; // of literal bytes
static const addr_t NOWHERE = 0x1000;

static enum status search_types(struct process *process, struct runtime *ret)
{
	*ret = (struct runtime){.version = process->literal.runtime.version};
	return discover_search_types(ret, process->target, PATH);
}

// That all types are found but one, ANY_TYPE for none missing.
enum { ANY_TYPE = WELL_KNOWN_COUNT };
static void check_types(struct process *process, unsigned missing, const char *what)
{
	struct runtime found;
	const addr_t *expected = process->literal.runtime.well_known;
	unsigned wrong = 0;
	if (!test_check(!search_types(process, &found), what, __FILE__, __LINE__))
		return;
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++)
		wrong += found.well_known[i] != (i == missing ? 0 : expected[i]);
	test_check(wrong == 0, what, __FILE__, __LINE__);
	CHECK(found.header_extra == process->literal.runtime.header_extra);
}

static addr_t name_of(const struct literal *literal, enum well_known type)
{
	addr_t name;
	memcpy(&name, literal_bytes(literal,
		literal->runtime.well_known[type] + literal->layout.field[FIELD_type_name]), 8);
	return name;
}

static void test_names(struct process *process)
{
	struct literal *literal = &process->literal;
	addr_t slice = literal->runtime.well_known[WELL_KNOWN_slice];
	addr_t name = name_of(literal, WELL_KNOWN_slice), end = LITERAL_BASE + LITERAL_BYTES;
	check_types(process, ANY_TYPE, "all types are found");
	put_field(literal, slice, FIELD_type_name, NOWHERE);
	check_types(process, WELL_KNOWN_slice, "a name that leads nowhere");
	put_field(literal, slice, FIELD_type_name, UINT64_MAX - 3);
	check_types(process, WELL_KNOWN_slice, "a name at the end of all addresses");
	put_field(literal, slice, FIELD_type_name, 0);
	check_types(process, WELL_KNOWN_slice, "no name");
	// The name may be the last thing in memory, or go on behind its end.
	memcpy(literal_bytes(literal, end - 8), "slice\0\0", 8);
	put_field(literal, slice, FIELD_type_name, end - 8);
	check_types(process, ANY_TYPE, "a name at the end of the memory");
	memcpy(literal_bytes(literal, end - 8), "slicesli", 8);
	check_types(process, WELL_KNOWN_slice, "a name that is cut off");
	memset(literal_bytes(literal, end - 8), 0, 8);
	// Begins like a name, or is a part of the names that are looked for.
	addr_t other = literal_allocate(literal, 256);
	memset(literal_bytes(literal, other), 's', 200);
	put_field(literal, slice, FIELD_type_name, other);
	check_types(process, WELL_KNOWN_slice, "a long name");
	strcpy(literal_bytes(literal, other), "slices");
	check_types(process, WELL_KNOWN_slice, "a longer name");
	strcpy(literal_bytes(literal, other), "weakref.ReferenceType|weakref");
	check_types(process, WELL_KNOWN_slice, "two names in one");
	put_field(literal, slice, FIELD_type_name, name);
}

static void test_renamed(struct process *process)
{
	struct literal *literal = &process->literal;
	addr_t context = literal->runtime.well_known[WELL_KNOWN_context];
	addr_t name = name_of(literal, WELL_KNOWN_context);
	addr_t old = literal_allocate(literal, 64);
	strcpy(literal_bytes(literal, old), "Context");
	put_field(literal, context, FIELD_type_name, old);
	check_types(process, ANY_TYPE, "the name that older versions have");
	put_field(literal, context, FIELD_type_name, name);
}

static void test_two(struct process *process)
{
	struct literal *literal = &process->literal;
	// Of two types of a name the first one in memory.
	addr_t other = literal_object(literal, WELL_KNOWN_type, LITERAL_TYPE_BYTES);
	put_field(literal, other, FIELD_type_name, name_of(literal, WELL_KNOWN_cell));
	check_types(process, ANY_TYPE, "another type of the same name behind");
	memset(literal_bytes(literal, other), 0, LITERAL_TYPE_BYTES);
	// None is found by its type.
	addr_t none = literal->runtime.well_known[WELL_KNOWN_none];
	put_field(literal, none, FIELD_object_type, 0);
	check_types(process, WELL_KNOWN_none, "no None");
	put_field(literal, none, FIELD_object_type,
		literal->runtime.well_known[WELL_KNOWN_none_type]);
	// A type of types in the last words of the memory, cut off in front of its name.
	addr_t end = LITERAL_BASE + LITERAL_BYTES;
	put_u64(literal, end - 8, literal->runtime.well_known[WELL_KNOWN_type]);
	check_types(process, ANY_TYPE, "a type at the end of the memory");
	put_u64(literal, end - 8, 0);
}

static void test_no_type(struct process *process)
{
	struct literal *literal = &process->literal;
	struct runtime found;
	addr_t type = literal->runtime.well_known[WELL_KNOWN_type];
	put_field(literal, type, FIELD_object_type, type + 8);
	CHECK(search_types(process, &found) == STATUS_NOT_FOUND);
	put_field(literal, type, FIELD_object_type, type);
	CHECK(discover_search_types(&found, process->target, "/usr/bin/python3") == STATUS_NOT_FOUND);
}

static enum status search_runtime(struct process *process, addr_t *ret)
{
	struct runtime found = process->literal.runtime;
	found.address = 0;
	enum status status = discover_search_runtime(&found, process->target, PATH);
	*ret = found.address;
	return status;
}

static void check_runtime(struct process *process, addr_t expected, const char *what)
{
	addr_t found = 0;
	enum status status = search_runtime(process, &found);
	test_check(status == (expected ? STATUS_OK : STATUS_NOT_FOUND) && found == expected, what,
		__FILE__, __LINE__);
}

// A field of a struct is something else for a moment.
static void check_without(struct process *process, addr_t base, enum layout_field field,
	uint64_t other, const char *what)
{
	const struct literal *literal = &process->literal;
	uint64_t before;
	memcpy(&before, literal_bytes(literal, base + literal->layout.field[field]), 8);
	put_field(literal, base, field, other);
	check_runtime(process, 0, what);
	put_field(literal, base, field, before);
}

static void test_runtime(struct process *process)
{
	const struct literal *literal = &process->literal;
	addr_t runtime = literal->runtime.address, interpreter = process->interpreter;
	check_runtime(process, runtime, "_PyRuntime is found");
	check_without(process, runtime, FIELD_runtime_interpreters_main, 0, "no main interpreter");
	check_without(process, runtime, FIELD_runtime_interpreters_main, 0x7000,
		"an interpreter at a low address");
	check_without(process, runtime, FIELD_runtime_interpreters_head, interpreter + 4,
		"an interpreter between words");
	check_without(process, runtime, FIELD_runtime_interpreters_head,
		LITERAL_BASE + LITERAL_BYTES - 8, "an interpreter at the end of the memory");
	check_without(process, runtime, FIELD_runtime_interpreters_head, UINT64_MAX - 7,
		"an interpreter at the end of all addresses");
	check_without(process, runtime, FIELD_runtime_finalizing, process->thread, "it shuts down");
	check_without(process, interpreter, FIELD_interp_threads_head, 0, "no thread");
	check_without(process, interpreter, FIELD_interp_threads_head, process->gc,
		"threads that are the collector");
	check_without(process, interpreter, FIELD_interp_modules, process->thread,
		"modules that are no dict");
	check_without(process, interpreter, FIELD_interp_modules, NOWHERE, "modules nowhere");
	check_without(process, process->thread, FIELD_thread_interp, process->thread,
		"a thread that does not lead back");
	put_int(literal, runtime, FIELD_runtime_initialized, 0);
	check_runtime(process, 0, "it is just starting");
	put_int(literal, runtime, FIELD_runtime_initialized, 1);
	check_runtime(process, runtime, "and found again");
}

// Two words that lead to interpreter states are not enough.
static void test_decoys(struct process *process)
{
	struct literal *literal = &process->literal;
	addr_t runtime = literal->runtime.address;
	addr_t decoy = literal_allocate(literal, PROCESS_STRUCT_BYTES);
	put_field(literal, decoy, FIELD_runtime_interpreters_head, process->interpreter);
	put_field(literal, decoy, FIELD_runtime_interpreters_main, process->interpreter);
	check_runtime(process, runtime, "a copy that was never started");
	// Where it is all that there is, it counts as soon as it was.
	put_field(literal, runtime, FIELD_runtime_interpreters_head, 0);
	check_runtime(process, 0, "only a copy that was never started");
	put_int(literal, decoy, FIELD_runtime_initialized, 1);
	check_runtime(process, decoy, "only a copy that was started");
	put_field(literal, runtime, FIELD_runtime_interpreters_head, process->interpreter);
	check_runtime(process, runtime, "of two the first");
}

static void test_other_version(struct process *process)
{
	struct runtime found = process->literal.runtime;
	found.version = 0x030700f0;
	CHECK(discover_search_runtime(&found, process->target, PATH) == STATUS_NOT_FOUND);
	found = process->literal.runtime;
	CHECK(discover_search_runtime(&found, process->target, "/usr/bin/python3") == STATUS_NOT_FOUND);
	CHECK(found.address == 0);
}

static void test_all(struct process *process)
{
	test_names(process);
	test_renamed(process);
	test_two(process);
	test_no_type(process);
	test_runtime(process);
	test_decoys(process);
	test_other_version(process);
}

int main(void)
{
	process_each(test_all);
	return test_done();
}
