// SPDX-License-Identifier: MIT
#include "interp/infer.h"

#include "base/guard.h"
#include "interp/collector.h"
#include "interp/interpreters.h"
#include "interp/runtime.h"
#include "layout/published.h"
#include "python/dict.h"
#include "python/field.h"
#include "python/gc_link.h"
#include "python/header.h"
#include "target/target.h"

#include <stdlib.h>
#include <string.h>

enum {
	WORD = 8,
	PLACES_MAX = 64,	 // fields of one struct
	SHIFT_STEP = 4,		 // Debian aligns the heads of the collector's lists to 4 (3.13)
	SHIFT_MAX = 1024,	 // no release moved a field further
	INTERNED_TRIED = 4,
	TYPE_STATES_TRIED = 4,
	LIST_ATTEMPTS = 3,
	FIRST_MOVING_THREAD = 13, // PyThreadState is the same from 3.8.0 to the end of 3.12
};
static const int32_t THRESHOLD_MAX = 10 * 1000 * 1000;

struct search {
	struct runtime runtime; // a copy, with the layout that is being made
	struct python python;
	struct layout *layout;
	char published[PUBLISHED_SIZE_MAX];
	size_t published_size;
	addr_t interpreter, thread, collector;
};

// --- Checks of the word at an address ------------------------------------------------------------

static bool read_word(const struct search *search, addr_t at, uint64_t *ret)
{
	return !memory_read_bytes(&search->python.memory, at, ret, sizeof(*ret));
}

static bool read_field(
	const struct search *search, addr_t base, enum layout_field field, uint64_t *ret)
{
	return !field_u64(&search->python, base, field, ret);
}

static uint64_t offset_in(const struct search *search, enum layout_field field)
{
	return field_offset(&search->python, field);
}

// Whether the word at at is the address of an object of exactly this type.
static bool leads_to(const struct search *search, addr_t at, enum well_known type)
{
	uint64_t object = 0, found = 0;
	return search->runtime.well_known[type] && read_word(search, at, &object) && object &&
	       read_field(search, object, FIELD_object_type, &found) &&
	       found == search->runtime.well_known[type];
}

static bool is_dict(const struct search *search, addr_t at)
{
	return leads_to(search, at, WELL_KNOWN_dict);
}

static bool is_list(const struct search *search, addr_t at)
{
	return leads_to(search, at, WELL_KNOWN_list);
}

static bool is_str(const struct search *search, addr_t at)
{
	return leads_to(search, at, WELL_KNOWN_str);
}

static bool is_module(const struct search *search, addr_t at)
{
	return leads_to(search, at, WELL_KNOWN_module);
}

static bool is_callable(const struct search *search, addr_t at)
{
	return leads_to(search, at, WELL_KNOWN_builtin) ||
	       leads_to(search, at, WELL_KNOWN_function);
}

static bool is_context(const struct search *search, addr_t at)
{
	return leads_to(search, at, WELL_KNOWN_context);
}

static bool is_null(const struct search *search, addr_t at)
{
	uint64_t word;
	return read_word(search, at, &word) && !word;
}

// Up to 3.9 the collector's list objects are NULL until the gc module is imported (PyInit_gc()).
static bool is_list_or_null(const struct search *search, addr_t at)
{
	return is_null(search, at) || is_list(search, at);
}

static bool is_one(const struct search *search, addr_t at)
{
	int32_t number;
	return !memory_read_bytes(&search->python.memory, at, &number, sizeof(number)) && number == 1;
}

static bool is_flag(const struct search *search, addr_t at)
{
	int32_t number;
	return !memory_read_bytes(&search->python.memory, at, &number, sizeof(number)) && number >= 0 &&
	       number <= 1;
}

// Whether the thread state at the head of the list refers back to the interpreter state.
static bool is_threads_head(const struct search *search, addr_t at)
{
	uint64_t thread = 0, owner = 0;
	return read_word(search, at, &thread) && thread &&
	       read_field(search, thread, FIELD_thread_interp, &owner) && owner &&
	       owner == search->interpreter;
}

// The offset of a field: as published; otherwise from the layout, as far as that is known.
static uint64_t offset_of(const struct search *search, enum layout_field field)
{
	uint32_t offset;
	if (published_read(search->published, search->published_size, field, &offset))
		return offset;
	return offset_in(search, field);
}

static bool is_interpreter(const struct search *search, addr_t interpreter)
{
	uint64_t thread = 0, owner = 0;
	return interpreter && interpreter % WORD == 0 &&
	       read_word(search, interpreter + offset_of(search, FIELD_interp_threads_head),
		       &thread) &&
	       thread && read_field(search, thread, FIELD_thread_interp, &owner) &&
	       owner == interpreter;
}

static bool leads_to_interpreter(const struct search *search, addr_t at)
{
	uint64_t interpreter = 0;
	return read_word(search, at, &interpreter) && is_interpreter(search, interpreter);
}

static bool is_interpreter_or_null(const struct search *search, addr_t at)
{
	return is_null(search, at) || leads_to_interpreter(search, at);
}

static bool is_main_interpreter(const struct search *search, addr_t at)
{
	uint64_t interpreter = 0, id = 1;
	return leads_to_interpreter(search, at) && read_word(search, at, &interpreter) &&
	       read_word(search, interpreter + offset_of(search, FIELD_interp_id), &id) &&
	       id == 0;
}

// If there is only one interpreter, head and main are equal: main must follow at its distance.
static bool is_interpreters_head(const struct search *search, addr_t at)
{
	return leads_to_interpreter(search, at) &&
	       is_main_interpreter(search, at + offset_in(search, FIELD_runtime_interpreters_main) -
			       offset_in(search, FIELD_runtime_interpreters_head));
}

// Whether the list at head leads back to it. Tries several times, since the list changes meanwhile.
static bool is_list_head(const struct search *search, addr_t head)
{
	addr_t next;
	for (unsigned i = 0; i < LIST_ATTEMPTS; i++)
		if (!gc_link_check(&search->python, head, &next))
			return true;
	return false;
}

static bool is_generation(const struct search *search, addr_t head)
{
	int32_t threshold;
	return is_list_head(search, head) &&
	       !field_i32(&search->python, head, FIELD_gc_generation_threshold,
		       &threshold) &&
	       threshold >= 0 && threshold <= THRESHOLD_MAX;
}

// Three generations in a row, and none in front of them.
static bool is_generations(const struct search *search, addr_t at)
{
	uint64_t size = offset_in(search, FIELD_gc_generation_size);
	return is_generation(search, at) && is_generation(search, at + size) &&
	       is_generation(search, at + 2 * size) && !is_generation(search, at - size);
}

static bool is_generation0(const struct search *search, addr_t at)
{
	uint64_t word = 0;
	return read_word(search, at, &word) &&
	       word == search->collector + offset_in(search, FIELD_gc_generations);
}

static bool is_collector(const struct search *search, addr_t at)
{
	return is_generations(search, at + offset_in(search, FIELD_gc_generations)) &&
	       is_list_or_null(search, at + offset_in(search, FIELD_gc_garbage));
}

static bool has_module(
	const struct search *search, addr_t modules, const char *name, addr_t *ret)
{
	struct dict_misfit misfit;
	return !interpreters_find_module(&search->python, modules, name, ret, &misfit);
}

static bool is_modules(const struct search *search, addr_t at)
{
	addr_t module;
	uint64_t modules = 0;
	return is_dict(search, at) && read_word(search, at, &modules) &&
	       has_module(search, modules, "sys", &module) &&
	       has_module(search, modules, "builtins", &module);
}

// Whether the word is the address of a module's __dict__.
static bool is_namespace(const struct search *search, addr_t at, const char *name)
{
	addr_t module;
	uint64_t modules = 0, namespace = 0, word = 0;
	return read_field(search, search->interpreter, FIELD_interp_modules, &modules) &&
	       has_module(search, modules, name, &module) &&
	       read_field(search, module, FIELD_module_dict, &namespace) &&
	       read_word(search, at, &word) && word && word == namespace;
}

static bool is_sysdict(const struct search *search, addr_t at)
{
	return is_namespace(search, at, "sys");
}

static bool is_builtins(const struct search *search, addr_t at)
{
	return is_namespace(search, at, "builtins");
}

// Whether an array of the states of static types (3.12+) begins here, each with its type.
static bool is_type_states(const struct search *search, addr_t at)
{
	addr_t word = at + offset_in(search, FIELD_type_state_type);
	if (leads_to(search, word - offset_in(search, FIELD_type_state_size), WELL_KNOWN_type))
		return false;
	uint64_t size = offset_in(search, FIELD_type_state_size);
	for (unsigned i = 0; i < TYPE_STATES_TRIED; i++)
		if (!leads_to(search, word + i * size, WELL_KNOWN_type))
			return false;
	return true;
}

// The state of the warnings module: three words that are neighbours in every release
// (_warnings_runtime_state). The list alone could also be that of functions to call after a fork.
static bool is_warnings(const struct search *search, addr_t at)
{
	return is_list(search, at) && is_dict(search, at + WORD) && is_str(search, at + 2ul * WORD);
}

// The dict of interned strings. No other dict is as large and begins with strings only, each of
// which is its own value (Objects/unicodeobject.c, 3.12+).
static bool is_interned(const struct search *search, addr_t at)
{
	struct dict_reader reader;
	struct dict_entry entry;
	addr_t dict = 0;
	if (!is_dict(search, at) || !read_word(search, at, &dict) ||
		dict_reader_init(&search->python, dict, &reader))
		return false;
	for (unsigned i = 0; i < INTERNED_TRIED && dict_reader_next(&reader, &entry); i++)
		if (entry.key != entry.value ||
			!header_is_exact(&search->python, entry.key, WELL_KNOWN_str))
			return false;
	return !reader.status;
}

// Whether the thread's exception stack is its own item, as it is outside of generators.
static bool is_exc_state(const struct search *search, addr_t at)
{
	uint64_t item = 0;
	return read_field(search, search->thread, FIELD_thread_exc_info, &item) && item == at;
}

// A list head of two words that points to itself (3.14+, struct llist_node).
static bool is_tasks_head(const struct search *search, addr_t at)
{
	uint64_t next = 0, back = 0;
	return read_word(search, at, &next) && next && read_word(search, next + WORD, &back) &&
	       back == at;
}

// --- Placing the fields --------------------------------------------------------------------------

struct probe {
	enum layout_field field;
	bool (*fits)(const struct search *search, addr_t at);
	bool is_telling; // hardly fits anywhere else, so it is looked for at all distances
};

// The telling probes come first; a probe may use the fields that those before it have placed.
static const struct probe probes[] = {
	{FIELD_runtime_interpreters_head, is_interpreters_head, true},
	{FIELD_interp_threads_head, is_threads_head, true},
	{FIELD_interp_gc, is_collector, true},
	{FIELD_runtime_gc, is_collector, true},
	{FIELD_interp_modules, is_modules, true},
	{FIELD_interp_sysdict, is_sysdict, true},
	{FIELD_interp_builtins, is_builtins, true},
	{FIELD_interp_type_states, is_type_states, true},
	{FIELD_interp_interned_strings, is_interned, true},
	{FIELD_interp_warnings_filters, is_warnings, true},
	{FIELD_gc_generations, is_generations, true},
	{FIELD_gc_permanent_generation, is_list_head, true},
	{FIELD_thread_exc_state, is_exc_state, true},
	{FIELD_runtime_interpreters_main, is_main_interpreter, false},
	{FIELD_runtime_initialized, is_one, false},
	{FIELD_runtime_finalizing, is_null, false},
	{FIELD_interp_next, is_interpreter_or_null, false},
	{FIELD_interp_id, is_null, false},
	{FIELD_interp_modules_by_index, is_list, false},
	{FIELD_interp_importlib, is_module, false},
	{FIELD_interp_import_func, is_callable, false},
	{FIELD_interp_codec_search_path, is_list, false},
	{FIELD_interp_codec_search_cache, is_dict, false},
	{FIELD_interp_codec_error_registry, is_dict, false},
	{FIELD_interp_warnings_once_registry, is_dict, false},
	{FIELD_interp_warnings_default_action, is_str, false},
	{FIELD_interp_asyncio_tasks_head, is_tasks_head, false},
	{FIELD_thread_dict, is_dict, false},
	{FIELD_thread_context, is_context, false},
	{FIELD_thread_asyncio_tasks_head, is_tasks_head, false},
	{FIELD_gc_enabled, is_flag, false},
	{FIELD_gc_generation0, is_generation0, false},
	{FIELD_gc_garbage, is_list_or_null, false},
	{FIELD_gc_callbacks, is_list_or_null, false},
};

enum { PROBES = sizeof(probes) / sizeof(probes[0]) };

struct place {
	enum layout_field field;
	uint32_t before; // offset in the table
	int64_t shift;	 // distance from that offset
	bool is_known;
	bool is_refuted; // the word at the expected offset is something else
};

// The fields of one struct, in the order of their offsets in the table.
struct places {
	addr_t base;
	struct place items[PLACES_MAX];
	size_t count;
};

static int by_offset(const void *a, const void *b)
{
	uint32_t left = ((const struct place *)a)->before, right = ((const struct place *)b)->before;
	return (left > right) - (left < right);
}

static bool is_in_struct(enum layout_field field, const char *const *names)
{
	const char *name, *member;
	layout_field_place(field, &name, &member);
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

static void collect(const struct search *search, const char *const *names, addr_t base,
	struct places *places)
{
	*places = (struct places){.base = base};
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum layout_field field = (enum layout_field)i;
		uint32_t actual;
		if (!layout_has(search->layout, field) || !is_in_struct(field, names) ||
			places->count == PLACES_MAX)
			continue;
		struct place *place = &places->items[places->count++];
		*place = (struct place){.field = field, .before = search->layout->field[field]};
		place->is_known = published_read(
			search->published, search->published_size, field, &actual);
		if (place->is_known)
			place->shift = (int64_t)actual - place->before;
	}
	qsort(places->items, places->count, sizeof(places->items[0]), by_offset);
}

// The nearest field with a known place before (-1) or after (+1) this one; NULL: there is none.
static const struct place *neighbour(const struct places *places, size_t index, int direction)
{
	for (size_t i = index + (size_t)direction; i < places->count; i += (size_t)direction)
		if (places->items[i].is_known)
			return &places->items[i];
	return NULL;
}

static bool try_shift(const struct search *search, const struct places *places,
	const struct probe *probe, struct place *place, int64_t shift)
{
	int64_t offset = place->before + shift;
	if (offset < 0 || !probe->fits(search, places->base + (uint64_t)offset))
		return false;
	place->shift = shift;
	place->is_known = true;
	search->layout->field[place->field] = (uint32_t)offset;
	return true;
}

static void place_by_probe(const struct search *search, const struct places *places,
	const struct probe *probe, struct place *place)
{
	size_t index = (size_t)(place - places->items);
	const struct place *below = neighbour(places, index, -1), *above = neighbour(places, index, 1);
	// Releases insert fields after the first fields of a struct more often than before them.
	if ((!below && try_shift(search, places, probe, place, 0)) ||
		(below && try_shift(search, places, probe, place, below->shift)) ||
		(above && try_shift(search, places, probe, place, above->shift)) ||
		(probe->is_telling && try_shift(search, places, probe, place, 0)))
		return;
	for (int64_t shift = SHIFT_STEP; probe->is_telling && shift <= SHIFT_MAX; shift += SHIFT_STEP)
		if (try_shift(search, places, probe, place, shift) ||
			try_shift(search, places, probe, place, -shift))
			return;
	place->is_refuted = !below || !is_null(search,
		places->base + (uint64_t)(place->before + below->shift));
}

// If both neighbours moved by the same distance, the field between them did too.
static void place_between(const struct search *search, const struct places *places, struct place *place)
{
	size_t index = (size_t)(place - places->items);
	const struct place *below = neighbour(places, index, -1), *above = neighbour(places, index, 1);
	if (place->is_refuted || !below || !above || below->shift != above->shift)
		search->layout->field[place->field] = LAYOUT_UNKNOWN;
	else
		search->layout->field[place->field] = (uint32_t)(place->before + below->shift);
}

static void place_struct(const struct search *search, struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->items[i].is_known)
			search->layout->field[places->items[i].field] =
				(uint32_t)(places->items[i].before + places->items[i].shift);
	for (unsigned p = 0; p < PROBES; p++)
		for (size_t i = 0; i < places->count; i++)
			if (places->items[i].field == probes[p].field && !places->items[i].is_known)
				place_by_probe(search, places, &probes[p], &places->items[i]);
	for (size_t i = 0; i < places->count; i++)
		if (!places->items[i].is_known)
			place_between(search, places, &places->items[i]);
}

static enum status follow(const struct search *search, addr_t base, enum layout_field field,
	addr_t *ret, struct error *err)
{
	if (read_field(search, base, field, ret) && *ret)
		return STATUS_OK;
	return error_set(err, STATUS_NOT_FOUND, "'%s' is not found by its structure",
		layout_field_name(field));
}

static void place_fields(const struct search *search, const char *const *names, addr_t base)
{
	struct places places;
	collect(search, names, base, &places);
	place_struct(search, &places);
}

static enum status place_all(struct search *search, struct error *err)
{
	static const char *const runtime[] = {"pyruntimestate", NULL};
	static const char *const interpreter[] = {"_is", NULL};
	static const char *const thread[] = {"_ts", "_PyThreadStateImpl", NULL};
	static const char *const collector[] = {"_gc_runtime_state", NULL};

	place_fields(search, runtime, search->runtime.address);
	enum status status = follow(search, search->runtime.address,
		FIELD_runtime_interpreters_main, &search->interpreter, err);
	if (status)
		return status;
	place_fields(search, interpreter, search->interpreter);
	search->collector =
		collector_address(&search->runtime, &search->python, search->interpreter);
	place_fields(search, collector, search->collector);
	status = follow(search, search->interpreter, FIELD_interp_threads_head, &search->thread, err);
	if (!status && (search->runtime.version >> 16 & 0xff) >= FIRST_MOVING_THREAD)
		place_fields(search, thread, search->thread);
	return status;
}

enum status infer_layout(const struct runtime *runtime, const struct target *target,
	const struct layout *table, struct layout **ret, struct error *err)
{
	struct search search = {.runtime = *runtime};
	AUTO(layout_destroyp) struct layout *layout = malloc(sizeof(*layout));
	if (!layout)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a layout");
	*layout = *table;
	layout->source = LAYOUT_STRUCTURE;
	layout->name = "found by its structure";
	layout->variant = "";
	layout->first_version = layout->last_version = runtime->version >> 8;
	layout->runtime_size = 0;
	enum status status = layout_traits_for(runtime->version >> 8, &layout->traits);
	if (status)
		return error_set(err, status, "nobody described this version");
	search.layout = layout;
	search.runtime.layout = layout;
	search.python = runtime_python_live(&search.runtime, target);
	if (!target_read(target, runtime->address, search.published, sizeof(search.published)))
		search.published_size = sizeof(search.published);
	status = place_all(&search, err);
	if (status)
		return status;
	*ret = take_ptr(layout);
	return STATUS_OK;
}
