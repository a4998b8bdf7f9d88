// SPDX-License-Identifier: MIT
// Finds the structs of the interpreter by their structure, in literal memory: at the offsets of a
// table, at offsets of another build, and in memory that is not plausible.
#include "interp/infer.h"

#include "base/guard.h"
#include "interp/verify.h"

#include "literal_process.h"

enum { RANDOM_RUNS = 12 };

static enum status search(struct process *process, const struct layout *table, struct layout **ret,
	struct error *err)
{
	return infer_layout(&process->literal.runtime, process->target, table, ret, err);
}

// A field of a struct that moves is where it is, or not known; objects are as the table has them.
static void check_fields(const struct layout *found, const struct layout *actual)
{
	unsigned wrong = 0;
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum layout_field field = (enum layout_field)i;
		if (field == FIELD_runtime_size || found->field[i] == actual->field[i] ||
			(!layout_field_is_of_object(field) && !layout_has(found, field)))
			continue;
		printf("# %s: %u found, %u is right\n", layout_field_name(field), found->field[i],
			actual->field[i]);
		wrong++;
	}
	test_check(wrong == 0, "no field is wrong", __FILE__, __LINE__);
}

static bool has_published(const struct process *process)
{
	return !memcmp(literal_bytes(&process->literal, process->literal.runtime.address),
		"xdebugpy", 8);
}

static bool passes(struct process *process, const struct layout *layout, struct error *err)
{
	struct runtime runtime = process->literal.runtime;
	runtime.layout = layout;
	return verify_layout(&runtime, process->target, err) == STATUS_OK;
}

static void check_found(struct process *process, const struct layout *table)
{
	// What leads to objects is always found.
	static const enum layout_field needed[] = {
		FIELD_runtime_interpreters_head, FIELD_runtime_interpreters_main,
		FIELD_runtime_initialized, FIELD_runtime_finalizing, FIELD_interp_next,
		FIELD_interp_id, FIELD_interp_threads_head, FIELD_interp_gc, FIELD_interp_modules,
		FIELD_interp_sysdict, FIELD_interp_builtins, FIELD_interp_type_states,
		FIELD_interp_interned_strings, FIELD_gc_generations, FIELD_gc_enabled,
		FIELD_gc_garbage, FIELD_gc_callbacks, FIELD_gc_permanent_generation,
		FIELD_thread_interp, FIELD_thread_next,
	};
	AUTO(layout_destroyp) struct layout *found = NULL;
	struct error err = {""};
	if (!test_check(!search(process, table, &found, &err), "it is found", __FILE__, __LINE__)) {
		printf("# %s\n", err.message);
		return;
	}
	check_fields(found, &process->literal.layout);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (found->field[needed[i]] != process->literal.layout.field[needed[i]])
			test_check(false, layout_field_name(needed[i]), __FILE__, __LINE__);
	CHECK(found->source == LAYOUT_STRUCTURE && !found->runtime_size);
	CHECK(found->first_version == table->first_version);
	if (!CHECK(passes(process, found, &err)))
		printf("# %s\n", err.message);
}

static void test_in_place(struct process *process)
{
	check_found(process, &process->literal.layout);
}

static bool is_of(enum layout_field field, const char *name)
{
	const char *found, *member;
	layout_field_place(field, &found, &member);
	return !strcmp(found, name);
}

// Moves what lies at from or behind it in a struct.
static void move(struct layout *layout, const char *name, enum layout_field from, int32_t distance)
{
	uint32_t first = layout->field[from];
	for (int i = 0; i < FIELD_COUNT && layout_has(layout, from); i++)
		if (layout_has(layout, (enum layout_field)i) &&
			is_of((enum layout_field)i, name) && layout->field[i] >= first)
			layout->field[i] += (uint32_t)distance;
}

struct movement {
	const char *name;
	enum layout_field from;
	int32_t distance;
};

// There and back: what is known is in place and the process has moved, or the other way. The collector
// lies in another struct, and has no room to grow.
static void check_moved(const struct layout *table, const struct movement *movements, size_t count)
{
	struct layout moved = *table;
	for (size_t i = 0; i < count; i++)
		move(&moved, movements[i].name, movements[i].from, movements[i].distance);
	for (unsigned i = movements->from == FIELD_gc_generations; i < 2; i++) {
		struct process process;
		process_init(&process, i ? table : &moved);
		check_found(&process, i ? &moved : table);
		process_deinit(&process);
	}
}

static void test_moved(void)
{
	static const struct movement movements[] = {
		{"_is", FIELD_interp_gc, 40},
		{"_is", FIELD_interp_modules, 16},
		{"_is", FIELD_interp_modules, 1000},
		{"_is", FIELD_interp_codec_search_path, 40},
		{"_is", FIELD_interp_dict, 40},
		{"_is", FIELD_interp_interned_strings, 512},
		{"pyruntimestate", FIELD_runtime_interpreters_head, 24},
		{"pyruntimestate", FIELD_runtime_interpreters_head, -8},
		{"_gc_runtime_state", FIELD_gc_generations, 24},
	};
	for (const struct layout *const *table = layout_tables(); *table; table++) {
		printf("# %s %s\n", (*table)->name, (*table)->variant);
		for (size_t i = 0; i < sizeof(movements) / sizeof(movements[0]); i++) {
			// Where the collector is found by its lists, they cannot move in it.
			if (movements[i].from == FIELD_gc_generations &&
				(*table)->first_version < 0x030d00)
				continue;
			printf("# %s by %d\n", layout_field_name(movements[i].from),
				movements[i].distance);
			check_moved(*table, &movements[i], 1);
		}
		check_moved(*table, movements + 5, 2);
	}
}

// Interpreter states are known by their threads, and no field is looked for further than any release
// moved one: what is found then is not taken. Published fields may be anywhere.
static void check_lost(const struct layout *table, enum layout_field from, int32_t distance)
{
	struct process process;
	struct layout actual = *table;
	AUTO(layout_destroyp) struct layout *found = NULL;
	struct error err = {""};
	move(&actual, "_is", from, distance);
	process_init(&process, &actual);
	if (has_published(&process)) {
		check_found(&process, table);
	} else {
		CHECK(search(&process, table, &found, &err) || !passes(&process, found, &err));
		CHECK(*err.message);
	}
	process_deinit(&process);
}

static void test_lost(void)
{
	for (const struct layout *const *table = layout_tables(); *table; table++) {
		printf("# %s %s\n", (*table)->name, (*table)->variant);
		check_lost(*table, FIELD_interp_threads_head, 8);
		check_lost(*table, FIELD_interp_modules, 4096);
	}
}

// What the search says where a word is something else for a moment.
static void check_without(struct process *process, addr_t base, enum layout_field field,
	uint64_t other, const char *reason)
{
	const struct literal *literal = &process->literal;
	AUTO(layout_destroyp) struct layout *found = NULL;
	struct error err = {""};
	uint64_t before;
	if (!layout_has(&literal->layout, field))
		return;
	memcpy(&before, literal_bytes(literal, base + literal->layout.field[field]), 8);
	put_field(literal, base, field, other);
	enum status status = search(process, &literal->layout, &found, &err);
	if (reason) {
		CHECK(status == STATUS_NOT_FOUND && !found);
		CHECK_STRING(err.message, reason);
	} else {
		// Something may be found; it does not pass.
		test_check(status || !passes(process, found, &err), layout_field_name(field),
			__FILE__, __LINE__);
	}
	put_field(literal, base, field, before);
}

static void test_missing(struct process *process)
{
	static const char no_main[] = "'runtime_interpreters_main' is not found by its structure";
	addr_t runtime = process->literal.runtime.address, interpreter = process->interpreter;
	check_without(process, runtime, FIELD_runtime_interpreters_main, 0, no_main);
	check_without(process, runtime, FIELD_runtime_interpreters_main, 0x1000, no_main);
	check_without(process, runtime, FIELD_runtime_interpreters_main, UINT64_MAX, no_main);
	check_without(process, interpreter, FIELD_interp_threads_head, UINT64_MAX, no_main);
	check_without(process, interpreter, FIELD_interp_id, 7, no_main);
	check_without(process, process->thread, FIELD_thread_interp, process->thread, no_main);
	check_without(process, interpreter, FIELD_interp_modules, process->thread, NULL);
	check_without(process, interpreter, FIELD_interp_modules, UINT64_MAX, NULL);
	if (!has_published(process))
		check_without(process, interpreter, FIELD_interp_sysdict, process->builtins, NULL);
	check_without(process, runtime, FIELD_runtime_finalizing, process->thread, NULL);
}

// Lists that do not lead back, run in circles elsewhere, or lead nowhere.
static void test_lists(struct process *process)
{
	addr_t first = process->generations;
	uint64_t size = process->literal.layout.field[FIELD_gc_generation_size];
	addr_t other = literal_allocate(&process->literal, 64);
	for (unsigned i = 0; i < 3; i++) {
		addr_t head = first + i * size;
		check_without(process, head, FIELD_gc_head_prev, head + 8, NULL);
		check_without(process, head, FIELD_gc_head_next, other, NULL);
		put_field(&process->literal, other, FIELD_gc_head_next, other);
		put_field(&process->literal, other, FIELD_gc_head_prev, other);
		check_without(process, head, FIELD_gc_head_next, other, NULL);
		check_without(process, head, FIELD_gc_head_next, 0, NULL);
		check_without(process, head, FIELD_gc_head_next, UINT64_MAX, NULL);
		check_without(process, head, FIELD_gc_head_next, LITERAL_BASE + LITERAL_BYTES - 8,
			NULL);
		put_u64(&process->literal, other, 0);
		put_u64(&process->literal, other + 8, 0);
	}
}

// The dict of modules with keys that lie.
static void test_keys(struct process *process)
{
	const struct literal *literal = &process->literal;
	addr_t keys;
	memcpy(&keys, literal_bytes(literal,
		process->modules + literal->layout.field[FIELD_dict_keys]), 8);
	check_without(process, process->modules, FIELD_dict_keys, 0, NULL);
	check_without(process, process->modules, FIELD_dict_keys, process->modules, NULL);
	check_without(process, process->modules, FIELD_dict_keys,
		LITERAL_BASE + LITERAL_BYTES - 16, NULL);
	check_without(process, keys, FIELD_keys_nentries, UINT64_MAX, NULL);
	check_without(process, keys, FIELD_keys_nentries, 0, NULL);
	check_without(process, keys, FIELD_keys_table_size, UINT64_MAX / 4, NULL);
	if (layout_has(&literal->layout, FIELD_keys_log2_index_bytes)) {
		put_byte(literal, keys, FIELD_keys_log2_index_bytes, 63);
		AUTO(layout_destroyp) struct layout *found = NULL;
		struct error err = {""};
		CHECK(search(process, &literal->layout, &found, &err) ||
			!passes(process, found, &err));
		put_byte(literal, keys, FIELD_keys_log2_index_bytes, PROCESS_INDEX_BYTES_LOG2);
	}
	check_found(process, &literal->layout);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

// Words that lead somewhere in the memory, to the very end of it, or nowhere.
static uint64_t random_word(struct process *process, uint64_t *state)
{
	uint64_t random = next_random(state);
	switch (random % 6) {
	case 0:
		return 0;
	case 1:
		return random;
	case 2:
		return LITERAL_BASE + LITERAL_BYTES - random % 64;
	case 3:
		return process->interpreter + random % 4096;
	case 4:
		return process->literal.runtime.well_known[random / 8 % WELL_KNOWN_COUNT];
	default:
		return LITERAL_BASE + random / 8 % LITERAL_BYTES / 8 * 8;
	}
}

static void fill(struct process *process, addr_t from, uint64_t size, uint64_t *state)
{
	for (uint64_t i = 0; i < size; i += 8)
		put_u64(&process->literal, from + i, random_word(process, state));
}

// It ends, within bounds; nothing that it finds there passes.
static void test_random(struct process *process)
{
	uint64_t state = 0x9e3779b97f4a7c15;
	unsigned passed = 0;
	for (unsigned run = 0; run < RANDOM_RUNS; run++) {
		AUTO(layout_destroyp) struct layout *found = NULL;
		struct error err = {""};
		addr_t runtime = process->literal.runtime.address;
		fill(process, run % 2 ? process->interpreter : runtime, 1 << 16, &state);
		fill(process, process->gc, 4096, &state);
		fill(process, process->thread, 4096, &state);
		// Where a way in is left, the rest is looked at.
		put_field(&process->literal, runtime, FIELD_runtime_interpreters_main,
			process->interpreter);
		put_field(&process->literal, process->interpreter, FIELD_interp_threads_head,
			process->thread);
		put_field(&process->literal, process->interpreter, FIELD_interp_id, 0);
		put_field(&process->literal, process->thread, FIELD_thread_interp,
			process->interpreter);
		if (!search(process, &process->literal.layout, &found, &err))
			passed += passes(process, found, &err);
	}
	CHECK(passed == 0);
}

static void test_all(struct process *process)
{
	test_in_place(process);
	test_missing(process);
	test_lists(process);
	test_keys(process);
	test_random(process);
}

int main(void)
{
	process_each(test_all);
	test_moved();
	test_lost();
	return test_done();
}
