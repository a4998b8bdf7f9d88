// SPDX-License-Identifier: MIT
// A whole interpreter made of literals, that the self-check finds nothing wrong with, as a target: one
// _PyRuntime, interpreter state, thread state, collector, and the modules sys and builtins.
#pragma once

#include "../python/literal.h"

#include "symbols/data.h"
#include "target/target.h"

enum {
	PROCESS_STRUCT_BYTES = 1 << 19, // enough for the structs of all versions
	PROCESS_KEYS_BYTES = 1024,
	PROCESS_INDEX_BYTES_LOG2 = 3,
	PROCESS_TYPE_READY = 1 << 12, // Py_TPFLAGS_READY (Include/object.h)
	PROCESS_TYPE_STATES = 6,
};

struct process {
	struct literal literal; // its image belongs to the target
	struct target *target;
	addr_t interpreter, thread, gc, generations, modules, sysdict, builtins;
};

// What a type states of its instances: the place of a field, the same field several times, and more.
struct process_figure {
	enum well_known type;
	enum layout_field stated, field;
	uint32_t extra;
	enum layout_field other; // FIELD_COUNT: none
	uint32_t times;
};

static inline void process_put_figures(struct literal *literal)
{
	static const struct process_figure figures[] = {
		{WELL_KNOWN_type, FIELD_type_dictoffset, FIELD_type_dict, 0, FIELD_COUNT, 0},
		{WELL_KNOWN_type, FIELD_type_itemsize, FIELD_member_size, 0, FIELD_COUNT, 0},
		{WELL_KNOWN_function, FIELD_type_dictoffset, FIELD_function_dict, 0, FIELD_COUNT, 0},
		{WELL_KNOWN_module, FIELD_type_dictoffset, FIELD_module_dict, 0, FIELD_COUNT, 0},
		{WELL_KNOWN_namespace, FIELD_type_dictoffset, FIELD_namespace_dict, 0, FIELD_COUNT, 0},
		{WELL_KNOWN_staticmethod, FIELD_type_dictoffset, FIELD_staticmethod_dict, 0,
			FIELD_COUNT, 0},
		{WELL_KNOWN_classmethod, FIELD_type_dictoffset, FIELD_classmethod_dict, 0,
			FIELD_COUNT, 0},
		{WELL_KNOWN_odict, FIELD_type_dictoffset, FIELD_odict_instance_dict, 0,
			FIELD_COUNT, 0},
		{WELL_KNOWN_set, FIELD_type_basicsize, FIELD_set_small_table, 136, FIELD_COUNT, 0},
		{WELL_KNOWN_set, FIELD_type_weaklistoffset, FIELD_set_small_table, 0,
			FIELD_set_entry_size, 8},
		{WELL_KNOWN_builtin, FIELD_type_basicsize, FIELD_builtin_self, 32, FIELD_COUNT, 0},
		{WELL_KNOWN_memoryview, FIELD_type_basicsize, FIELD_memoryview_buffer, 120,
			FIELD_COUNT, 0},
		{WELL_KNOWN_filter, FIELD_type_basicsize, FIELD_filter_iterator, 8, FIELD_COUNT, 0},
		{WELL_KNOWN_traceback, FIELD_type_basicsize, FIELD_traceback_next, 24, FIELD_COUNT, 0},
		{WELL_KNOWN_context_var, FIELD_type_basicsize, FIELD_context_var_default, 40,
			FIELD_COUNT, 0},
		{WELL_KNOWN_context, FIELD_type_basicsize, FIELD_context_vars, 24, FIELD_COUNT, 0},
		{WELL_KNOWN_code, FIELD_type_basicsize, FIELD_code_bytecode, 0, FIELD_COUNT, 0},
		{WELL_KNOWN_generator, FIELD_type_basicsize, FIELD_generator_frame, 0,
			FIELD_frame_localsplus, 1},
		{WELL_KNOWN_frame, FIELD_type_basicsize, FIELD_frame_object_data, 0,
			FIELD_frame_localsplus, 1},
	};
	const struct layout *layout = &literal->layout;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		const struct process_figure *figure = &figures[i];
		if (!layout_has(layout, figure->field))
			continue;
		uint64_t value = layout->field[figure->field] + (uint64_t)figure->extra;
		if (figure->times)
			value += (uint64_t)layout->field[figure->other] * figure->times;
		put_field(literal, literal->runtime.well_known[figure->type], figure->stated, value);
	}
}

// One member of type, and the end of the table.
static inline void process_put_members(struct literal *literal)
{
	enum { OBJECT = 6 }; // T_OBJECT (Include/structmember.h)
	static const char name[] = "__base__";
	addr_t table = literal_allocate(literal, 256), text = literal_allocate(literal, sizeof(name));
	memcpy(literal_bytes(literal, text), name, sizeof(name));
	put_field(literal, table, FIELD_member_name, text);
	put_int(literal, table, FIELD_member_type, OBJECT);
	put_field(literal, table, FIELD_member_offset, literal->layout.field[FIELD_type_base]);
	put_field(literal, literal->runtime.well_known[WELL_KNOWN_type], FIELD_type_members, table);
}

static inline void process_put_types(struct literal *literal)
{
#define WELL_KNOWN(name, symbol, type_name) type_name,
	static const char *const names[] = {
#include "python/well_known.def"
	};
#undef WELL_KNOWN
	// tp_basicsize and tp_flags of those that the self-check compares with a field.
	static const struct {
		enum well_known type;
		enum layout_field field;
		uint32_t extra, flags;
	} sizes[] = {
		{WELL_KNOWN_type, FIELD_heap_type_size, 0, 1u << 31},
		{WELL_KNOWN_object, FIELD_object_size, 0, 0},
		{WELL_KNOWN_int, FIELD_int_digits, 0, 1u << 24},
		{WELL_KNOWN_float, FIELD_float_size, 0, 0},
		{WELL_KNOWN_complex, FIELD_complex_size, 0, 0},
		{WELL_KNOWN_str, FIELD_str_size, 0, 1u << 28},
		{WELL_KNOWN_bytes, FIELD_bytes_data, 1, 1u << 27},
		{WELL_KNOWN_list, FIELD_list_allocated, 8, 1u << 25},
		{WELL_KNOWN_tuple, FIELD_tuple_items, 0, 1u << 26},
		{WELL_KNOWN_dict, FIELD_dict_size, 0, 1u << 29},
		{WELL_KNOWN_odict, FIELD_odict_size, 0, 1u << 29},
		{WELL_KNOWN_slice, FIELD_slice_step, 8, 0},
		{WELL_KNOWN_range, FIELD_range_length, 8, 0},
		{WELL_KNOWN_cell, FIELD_cell_value, 8, 0},
		{WELL_KNOWN_mappingproxy, FIELD_mappingproxy_mapping, 8, 0},
		{WELL_KNOWN_dict_keys, FIELD_dict_view_dict, 8, 0},
		{WELL_KNOWN_super, FIELD_super_object_type, 8, 0},
	};
	const addr_t *types = literal->runtime.well_known;
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++) {
		size_t length = strcspn(names[i], "|");
		addr_t name = literal_allocate(literal, length + 1);
		memcpy(literal_bytes(literal, name), names[i], length);
		put_field(literal, types[i], FIELD_type_name, name);
		put_field(literal, types[i], FIELD_type_flags, PROCESS_TYPE_READY);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put_field(literal, types[sizes[i].type], FIELD_type_basicsize,
			literal->layout.field[sizes[i].field] + sizes[i].extra);
		put_field(literal, types[sizes[i].type], FIELD_type_flags,
			sizes[i].flags | PROCESS_TYPE_READY);
	}
	put_field(literal, types[WELL_KNOWN_bool], FIELD_type_base, types[WELL_KNOWN_int]);
	const addr_t mro[] = {
		types[WELL_KNOWN_bool], types[WELL_KNOWN_int], types[WELL_KNOWN_object]};
	put_field(literal, types[WELL_KNOWN_bool], FIELD_type_mro, literal_tuple(literal, mro, 3));
	put_field(literal, types[WELL_KNOWN_bool], FIELD_type_bases,
		literal_tuple(literal, &types[WELL_KNOWN_int], 1));
	process_put_figures(literal);
	process_put_members(literal);
	memset(literal_bytes(literal, types[WELL_KNOWN_none]), 0, LITERAL_TYPE_BYTES);
	put_field(literal, types[WELL_KNOWN_none], FIELD_object_type, types[WELL_KNOWN_none_type]);
}

// Where the index-th key of a dict's keys lies, its value behind it.
static inline addr_t process_entry(const struct literal *literal, addr_t keys, unsigned index)
{
	addr_t entries =
		keys + literal->layout.field[FIELD_keys_indices] + (1 << PROCESS_INDEX_BYTES_LOG2);
	return literal->layout.traits.has_unicode_entries ? entries + 16 * index
							  : entries + 24 * index + 8;
}

static inline addr_t process_dict(
	struct literal *literal, const char *const *names, const addr_t *values, unsigned count)
{
	// In a list of the collector that holds nothing else.
	addr_t head = literal_allocate(literal, 512);
	addr_t dict = head + literal->layout.field[FIELD_gc_head_size];
	addr_t keys = literal_allocate(literal, PROCESS_KEYS_BYTES);
	put_field(literal, head, FIELD_gc_head_next, head);
	put_field(literal, head, FIELD_gc_head_prev, head);
	put_field(literal, dict, FIELD_object_type, literal->runtime.well_known[WELL_KNOWN_dict]);
	put_field(literal, dict, FIELD_dict_used, count);
	put_field(literal, keys, FIELD_keys_refcnt, 1);
	put_byte(literal, keys, FIELD_keys_log2_size, PROCESS_INDEX_BYTES_LOG2);
	put_byte(literal, keys, FIELD_keys_kind, 1); // nothing but strings
	put_field(literal, dict, FIELD_dict_keys, keys);
	put_field(literal, keys, FIELD_keys_nentries, count);
	put_byte(literal, keys, FIELD_keys_log2_index_bytes, PROCESS_INDEX_BYTES_LOG2);
	put_field(literal, keys, FIELD_keys_table_size, 1 << PROCESS_INDEX_BYTES_LOG2);
	for (unsigned i = 0; i < count; i++) {
		addr_t key = literal_str(literal, names[i]);
		put_u64(literal, process_entry(literal, keys, i), key);
		put_u64(literal, process_entry(literal, keys, i) + 8, values ? values[i] : key);
	}
	return dict;
}

static inline void process_put_modules(struct process *process)
{
	static const char *const names[] = {"sys", "builtins"};
	struct literal *literal = &process->literal;
	addr_t modules[2];
	for (unsigned i = 0; i < 2; i++) {
		addr_t dict = process_dict(literal, NULL, NULL, 0);
		modules[i] = literal_object(literal, WELL_KNOWN_module, 256);
		put_field(literal, modules[i], FIELD_module_dict, dict);
		addr_t definition = literal_allocate(literal, 256);
		put_field(literal, modules[i], FIELD_module_name, literal_str(literal, names[i]));
		put_field(literal, modules[i], FIELD_module_def, definition);
		put_field(literal, definition, FIELD_module_def_size, UINT64_MAX);
		*(i ? &process->builtins : &process->sysdict) = dict;
	}
	process->modules = process_dict(literal, names, modules, 2);
	put_field(literal, process->interpreter, FIELD_interp_modules, process->modules);
	put_field(literal, process->interpreter, FIELD_interp_sysdict, process->sysdict);
	put_field(literal, process->interpreter, FIELD_interp_builtins, process->builtins);
}

// A list of the collector that has nothing in it.
static inline void process_put_list(const struct literal *literal, addr_t head)
{
	put_field(literal, head, FIELD_gc_head_next, head);
	put_field(literal, head, FIELD_gc_head_prev, head);
	put_int(literal, head, FIELD_gc_generation_threshold, 700);
}

static inline void process_put_collector(struct process *process)
{
	struct literal *literal = &process->literal;
	const uint32_t *field = literal->layout.field;
	process->gc = layout_has(&literal->layout, FIELD_interp_gc)
		? process->interpreter + field[FIELD_interp_gc]
		: literal->runtime.address + field[FIELD_runtime_gc];
	// The lists of the incremental collector lie in a row as well (3.14.0 to 3.14.4).
	process->generations = process->gc +
		field[layout_has(&literal->layout, FIELD_gc_generations) ? FIELD_gc_generations
									 : FIELD_gc_young];
	for (unsigned i = 0; i < 3; i++)
		process_put_list(
			literal, process->generations + i * field[FIELD_gc_generation_size]);
	if (layout_has(&literal->layout, FIELD_gc_permanent_generation))
		process_put_list(literal, process->gc + field[FIELD_gc_permanent_generation]);
	put_field(literal, process->gc, FIELD_gc_generation0, process->generations);
	put_int(literal, process->gc, FIELD_gc_enabled, 1);
	put_field(literal, process->gc, FIELD_gc_garbage,
		literal_object(literal, WELL_KNOWN_list, 256));
	put_field(literal, process->gc, FIELD_gc_callbacks,
		literal_object(literal, WELL_KNOWN_list, 256));
}

// What 3.12 and later keep in the interpreter state: states of static types, interned strings.
static inline void process_put_state(struct process *process)
{
	static const char *const names[] = {"alpha", "beta", "gamma", "delta"};
	struct literal *literal = &process->literal;
	const uint32_t *field = literal->layout.field;
	for (unsigned i = 0; layout_has(&literal->layout, FIELD_interp_type_states) &&
		i < PROCESS_TYPE_STATES; i++)
		put_field(literal,
			process->interpreter + field[FIELD_interp_type_states] +
				i * field[FIELD_type_state_size],
			FIELD_type_state_type, literal->runtime.well_known[WELL_KNOWN_object + i]);
	put_field(literal, process->interpreter, FIELD_interp_interned_strings,
		process_dict(literal, names, NULL, 4));
}

// What interpreters publish about themselves since 3.13, by the table that is used to read it.
static inline void process_put_published(struct literal *literal)
{
#define PUBLISHED(field, at_3_13, at_3_14, at_3_15) {FIELD_##field, {at_3_13, at_3_14, at_3_15}},
	static const struct {
		enum layout_field field;
		uint16_t at[3];
	} published[] = {
#include "layout/published.def"
	};
#undef PUBLISHED
	unsigned minor = literal->runtime.version >> 16 & 0xff;
	addr_t runtime = literal->runtime.address;
	if (minor < 13)
		return;
	memcpy(literal_bytes(literal, runtime), "xdebugpy", 8);
	put_u64(literal, runtime + 8, literal->runtime.version);
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++)
		if (published[i].at[minor - 13])
			put_u64(literal, runtime + published[i].at[minor - 13],
				literal->layout.field[published[i].field]);
}

// Laid out as layout says; where its objects are linked, with links (layout/linked.h).
static inline void process_init(struct process *process, const struct layout *layout)
{
	*process = (struct process){0};
	struct literal *literal = &process->literal;
	literal_init(literal, layout);
	literal->runtime.layout = NULL;
	literal->runtime.version = layout->first_version << 8 | 0xf0;
	literal->runtime.header_extra = layout->field[FIELD_object_refcnt];
	process_put_types(literal);
	addr_t runtime = literal->runtime.address = literal_allocate(literal, PROCESS_STRUCT_BYTES);
	process_put_published(literal);
	process->interpreter = literal_allocate(literal, PROCESS_STRUCT_BYTES);
	process->thread = literal_allocate(literal, PROCESS_STRUCT_BYTES);
	put_field(literal, runtime, FIELD_runtime_interpreters_head, process->interpreter);
	put_field(literal, runtime, FIELD_runtime_interpreters_main, process->interpreter);
	put_int(literal, runtime, FIELD_runtime_initialized, 1);
	put_field(literal, process->interpreter, FIELD_interp_threads_head, process->thread);
	put_field(literal, process->thread, FIELD_thread_interp, process->interpreter);
	if (layout_has(layout, FIELD_thread_exc_state))
		put_field(literal, process->thread, FIELD_thread_exc_info,
			process->thread + layout->field[FIELD_thread_exc_state]);
	process_put_modules(process);
	process_put_collector(process);
	process_put_state(process);
	if (target_from_image(literal->image, &process->target, NULL))
		abort();
}

static inline void process_deinit(struct process *process)
{
	layout_destroy(process->literal.runtime.owned_layout);
	target_close(process->target);
}

static inline __attribute__((unused)) void process_run(
	void (*test)(struct process *process), const struct layout *layout)
{
	struct process *process = malloc(sizeof(*process));
	if (!process)
		abort();
	printf("# %s %s\n", layout->name, layout->variant);
	process_init(process, layout);
	test(process);
	process_deinit(process);
	free(process);
}

// Runs test with a process of every table, and of every one with links.
static inline __attribute__((unused)) void process_each(void (*test)(struct process *process))
{
	for (const struct layout *const *layout = layout_tables(); *layout; layout++) {
		struct layout *linked;
		process_run(test, *layout);
		if (!linked_is_possible((*layout)->first_version))
			continue;
		if (linked_create(*layout, &linked, NULL))
			abort();
		process_run(test, linked);
		layout_destroy(linked);
	}
}
