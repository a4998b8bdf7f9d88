// SPDX-License-Identifier: MIT
#include "interp/known_objects.h"

#include "interp/check.h"
#include "interp/interpreters.h"
#include "interp/modules.h"
#include "interp/reader.h"

#include <stdbool.h>
#include <string.h>

enum {
	FLAG_HEAP_TYPE = 1 << 9, // Py_TPFLAGS_HEAPTYPE (Include/object.h)
	ENTRIES_TRIED = 4096,
	FUNCTIONS_CHECKED = 8,
	CLASSES_CHECKED = 4,
	KEYS_KIND_MAX = 2, // DICT_KEYS_SPLIT (Include/internal/pycore_dict.h)
	STACK_MAX = 1 << 16,
	NAME_MAX_BYTES = 64,
};
static const uint64_t ENTRIES_MAX = 1 << 24;

// A field that leads to an object of one type, or may be NULL.
struct leads {
	enum layout_field field;
	enum well_known type;
	bool may_be_null;
};

static const struct leads of_function[] = {
	{FIELD_function_code, WELL_KNOWN_code, false},
	{FIELD_function_globals, WELL_KNOWN_dict, false},
	{FIELD_function_builtins, WELL_KNOWN_dict, false},
	{FIELD_function_name, WELL_KNOWN_str, false},
	{FIELD_function_qualname, WELL_KNOWN_str, false},
	{FIELD_function_defaults, WELL_KNOWN_tuple, true},
	{FIELD_function_kwdefaults, WELL_KNOWN_dict, true},
	{FIELD_function_closure, WELL_KNOWN_tuple, true},
	{FIELD_function_dict, WELL_KNOWN_dict, true},
};

static const struct leads of_code[] = {
	{FIELD_code_consts, WELL_KNOWN_tuple, false},
	{FIELD_code_names, WELL_KNOWN_tuple, false},
	{FIELD_code_exceptiontable, WELL_KNOWN_bytes, false},
	{FIELD_code_localsplusnames, WELL_KNOWN_tuple, false},
	{FIELD_code_localspluskinds, WELL_KNOWN_bytes, false},
	{FIELD_code_varnames, WELL_KNOWN_tuple, false},
	{FIELD_code_freevars, WELL_KNOWN_tuple, false},
	{FIELD_code_cellvars, WELL_KNOWN_tuple, false},
	{FIELD_code_filename, WELL_KNOWN_str, false},
	{FIELD_code_name, WELL_KNOWN_str, false},
	{FIELD_code_qualname, WELL_KNOWN_str, false},
	{FIELD_code_linetable, WELL_KNOWN_bytes, false},
	{FIELD_code_code, WELL_KNOWN_bytes, false},
};

static const struct leads of_class[] = {
	{FIELD_type_dict, WELL_KNOWN_dict, false},
	{FIELD_type_bases, WELL_KNOWN_tuple, false},
	{FIELD_type_mro, WELL_KNOWN_tuple, false},
	{FIELD_type_subclasses, WELL_KNOWN_dict, true},
	{FIELD_heap_type_name, WELL_KNOWN_str, false},
	{FIELD_heap_type_qualname, WELL_KNOWN_str, false},
	{FIELD_heap_type_slots, WELL_KNOWN_tuple, true},
};

static enum status check_leads(
	const struct check *check, addr_t addr, const struct leads *leads, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t to = 0;
		if (!layout_has(check->layout, leads[i].field))
			continue;
		enum status status = check_word(check, addr, leads[i].field, &to);
		if (!status && (to || !leads[i].may_be_null))
			status = check_instance(check, to, leads[i].type, leads[i].field);
		if (status)
			return status;
	}
	return STATUS_OK;
}

// bool.__mro__ is (bool, int, object), bool.__bases__ is (int,).
static enum status check_bases(const struct check *check)
{
	const addr_t *known = check->runtime->well_known;
	const addr_t expected[] = {
		known[WELL_KNOWN_bool], known[WELL_KNOWN_int], known[WELL_KNOWN_object]};
	addr_t found[3], first;
	uint64_t mro = 0, bases = 0, count = 0;
	enum status status = check_word(check, expected[0], FIELD_type_mro, &mro);
	if (!status)
		status = check_word(check, mro, FIELD_var_size, &count);
	if (!status && count != sizeof(expected) / sizeof(expected[0]))
		return check_misfit(check, FIELD_var_size, "is not 3 for bool.__mro__");
	if (!status)
		status = check_word(check, expected[0], FIELD_type_bases, &bases);
	if (!status)
		status = check_instance(check, bases, WELL_KNOWN_tuple, FIELD_type_bases);
	if (status)
		return status;
	uint32_t items = check->layout->field[FIELD_tuple_items];
	status = reader_bytes(check->reader, mro + items, found, sizeof(found));
	if (!status)
		status = reader_bytes(check->reader, bases + items, &first, sizeof(first));
	if (status)
		return check_unread(check, FIELD_tuple_items, status);
	if (memcmp(found, expected, sizeof(found)) != 0)
		return check_misfit(check, FIELD_tuple_items, "are not the types of bool.__mro__");
	if (first != expected[1])
		return check_misfit(check, FIELD_type_bases, "is not (int,) for bool");
	return STATUS_OK;
}

// The header of a dict's keys.
struct keys {
	addr_t entries;
	uint64_t count; // of entries
	uint64_t size;	// of the hash table
	unsigned kind;
	unsigned entry_size;
};

static enum status read_byte(
	const struct check *check, addr_t keys, enum layout_field field, uint8_t *ret)
{
	enum status status =
		reader_bytes(check->reader, keys + check->layout->field[field], ret, sizeof(*ret));
	return status ? check_unread(check, field, status) : STATUS_OK;
}

// Bytes of the index table, by the size of the hash table (Objects/dictobject.c,
// new_keys_object()).
static uint64_t index_bytes(uint64_t size)
{
	return size < 1 << 8 ? size : size < 1 << 16 ? size * 2 : size * 4;
}

// 3.11 and later state sizes as powers of two.
static enum status read_table_size(const struct check *check, addr_t keys, struct keys *ret)
{
	uint8_t log2_size = 0, log2_bytes = 0, kind = 0;
	if (!layout_has(check->layout, FIELD_keys_log2_size))
		return check_word(check, keys, FIELD_keys_table_size, &ret->size);
	enum status status = read_byte(check, keys, FIELD_keys_log2_size, &log2_size);
	if (!status)
		status = read_byte(check, keys, FIELD_keys_log2_index_bytes, &log2_bytes);
	if (!status)
		status = read_byte(check, keys, FIELD_keys_kind, &kind);
	if (status)
		return status;
	if (log2_size < 3 || log2_size > 32)
		return check_misfit(check, FIELD_keys_log2_size, "makes no sense");
	ret->size = UINT64_C(1) << log2_size;
	if (log2_bytes > 40 || UINT64_C(1) << log2_bytes != index_bytes(ret->size))
		return check_misfit(check, FIELD_keys_log2_index_bytes, "contradicts the size");
	if (kind > KEYS_KIND_MAX)
		return check_misfit(check, FIELD_keys_kind, "is none that is known");
	ret->kind = kind;
	return STATUS_OK;
}

static enum status read_keys(const struct check *check, addr_t dict, struct keys *ret)
{
	uint64_t keys = 0, count = 0, usable = 0;
	enum status status = check_word(check, dict, FIELD_dict_keys, &keys);
	if (!status)
		status = check_word(check, keys, FIELD_keys_nentries, &count);
	if (!status)
		status = check_word(check, keys, FIELD_keys_usable, &usable);
	if (!status)
		status = read_table_size(check, keys, ret);
	if (status)
		return status;
	if (count > ENTRIES_MAX)
		return check_misfit(check, FIELD_keys_nentries, "makes no sense");
	// Two thirds of a hash table can be used (USABLE_FRACTION()); popitem() makes it less.
	if (usable > ENTRIES_MAX || usable + count > ret->size * 2 / 3)
		return check_misfit(check, FIELD_keys_usable, "makes no sense");
	ret->count = count;
	bool has_hashes = !check->layout->traits.has_unicode_entries || !ret->kind;
	ret->entry_size = has_hashes ? 24 : 16;
	ret->entries = keys + check->layout->field[FIELD_keys_indices] + index_bytes(ret->size) +
		       (has_hashes ? 8 : 0);
	return STATUS_OK;
}

static enum status check_modules(const struct check *check, addr_t modules)
{
	struct keys keys = {0};
	uint64_t used = 0, table = 0, refcnt = 0;
	enum status status = read_keys(check, modules, &keys);
	if (!status)
		status = check_word(check, modules, FIELD_dict_used, &used);
	if (!status)
		status = check_word(check, modules, FIELD_dict_keys, &table);
	if (!status)
		status = check_word(check, table, FIELD_keys_refcnt, &refcnt);
	if (status)
		return status;
	if (!used || used > keys.count)
		return check_misfit(check, FIELD_dict_used, "makes no sense for sys.modules");
	if (refcnt != 1)
		return check_misfit(check, FIELD_keys_refcnt, "is not 1 for sys.modules");
	return STATUS_OK;
}

// sys.modules is in one of the collector's lists: it holds modules.
static enum status check_head(const struct check *check, const struct interpreter *interpreter)
{
	addr_t head = interpreter->modules - check->layout->field[FIELD_gc_head_size];
	uint64_t next = 0, prev = 0;
	enum status status = check_word(check, head, FIELD_gc_head_next, &next);
	if (status || interpreter->gc_collecting)
		return status;
	next &= ~GC_LINK_FLAGS;
	if (!next)
		return check_misfit(check, FIELD_gc_head_size, "leads to no links of sys.modules");
	status = check_word(check, next, FIELD_gc_head_prev, &prev);
	if (!status && (prev & ~GC_LINK_FLAGS) != head)
		return check_misfit(
			check, FIELD_gc_head_size, "leads to links that do not lead back");
	return status;
}

// A str that is compact ASCII, of kind 1 (Include/cpython/unicodeobject.h, as in interp/string.c).
static enum status check_text(const struct check *check, addr_t str, const char *text)
{
	const uint32_t *field = check->layout->field;
	uint32_t state = 0;
	char found[NAME_MAX_BYTES];
	size_t size = strlen(text) + 1;
	enum status status =
		reader_bytes(check->reader, str + field[FIELD_str_state], &state, sizeof(state));
	if (status)
		return check_unread(check, FIELD_str_state, status);
	if ((state >> 2 & 7) != 1 || !(state >> 5 & 1) || !(state >> 6 & 1))
		return check_misfit(check, FIELD_str_state, "is not that of ASCII text");
	status = reader_bytes(check->reader, str + field[FIELD_str_ascii_size], found, size);
	if (status)
		return check_unread(check, FIELD_str_ascii_size, status);
	if (memcmp(found, text, size) != 0)
		return check_misfit(check, FIELD_str_ascii_size, "leads to another text");
	return STATUS_OK;
}

// The size of its per-module state is -1: it has none.
static enum status check_definition(const struct check *check, addr_t sys)
{
	uint64_t definition = 0, size = 0;
	if (!layout_has(check->layout, FIELD_module_def))
		return STATUS_OK;
	enum status status = check_word(check, sys, FIELD_module_def, &definition);
	if (!status)
		status = check_word(check, definition, FIELD_module_def_size, &size);
	if (!status && size != UINT64_MAX)
		return check_misfit(check, FIELD_module_def_size, "is not -1 for sys");
	return status;
}

// The module sys, whose dict the interpreter knows.
static enum status check_sys(const struct check *check, const struct interpreter *interpreter)
{
	addr_t sys = 0;
	uint64_t dict = 0, name = 0;
	if (modules_find(check->runtime, check->reader, interpreter->modules, "sys", &sys, NULL))
		return STATUS_OK; // taken out of sys.modules
	enum status status = check_word(check, sys, FIELD_module_dict, &dict);
	if (!status && dict != interpreter->sysdict)
		return STATUS_OK; // another one was put there
	if (!status)
		status = check_word(check, sys, FIELD_module_name, &name);
	if (!status)
		status = check_instance(check, name, WELL_KNOWN_str, FIELD_module_name);
	if (!status)
		status = check_text(check, name, "sys");
	return status ? status : check_definition(check, sys);
}

static enum status check_code(const struct check *check, addr_t function)
{
	uint64_t code = 0, names = 0, count = 0;
	int32_t slots = 0, stack = 0;
	enum status status = check_word(check, function, FIELD_function_code, &code);
	if (!status)
		status = check_leads(check, code, of_code, sizeof(of_code) / sizeof(of_code[0]));
	if (!status &&
		(reader_i32(check->reader, check->layout, code, FIELD_code_stacksize, &stack) ||
			stack < 1 || stack > STACK_MAX))
		return check_misfit(check, FIELD_code_stacksize, "makes no sense");
	if (status || !layout_has(check->layout, FIELD_code_nlocalsplus))
		return status;
	status = check_word(check, code, FIELD_code_localsplusnames, &names);
	if (!status)
		status = check_word(check, names, FIELD_var_size, &count);
	if (!status &&
		(reader_i32(check->reader, check->layout, code, FIELD_code_nlocalsplus, &slots) ||
			(uint64_t)slots != count))
		return check_misfit(check, FIELD_code_nlocalsplus, "is not the number of names");
	return status;
}

static enum status check_function(const struct check *check, addr_t function)
{
	enum status status = check_leads(
		check, function, of_function, sizeof(of_function) / sizeof(of_function[0]));
	return status ? status : check_code(check, function);
}

// A class has its name twice: as a str, and as C text, which is that of the str.
static enum status check_class_name(const struct check *check, addr_t type)
{
	uint64_t name = 0, text_addr = 0, length = 0;
	char text[NAME_MAX_BYTES];
	enum status status = check_word(check, type, FIELD_heap_type_name, &name);
	if (!status)
		status = check_word(check, name, FIELD_str_length, &length);
	if (!status)
		status = check_word(check, type, FIELD_type_name, &text_addr);
	if (status || length >= sizeof(text))
		return status;
	status = reader_bytes(check->reader, text_addr, text, length + 1);
	if (status)
		return check_unread(check, FIELD_type_name, status);
	if (strnlen(text, length + 1) != length)
		return check_misfit(check, FIELD_heap_type_name, "is not the name of its class");
	return check_text(check, name, text);
}

static enum status check_class(const struct check *check, addr_t type)
{
	enum status status =
		check_leads(check, type, of_class, sizeof(of_class) / sizeof(of_class[0]));
	return status ? status : check_class_name(check, type);
}

static bool is_class(const struct check *check, addr_t type)
{
	uint64_t flags = 0;
	return !reader_u64(check->reader, check->layout, type, FIELD_type_flags, &flags) &&
	       flags & FLAG_HEAP_TYPE;
}

struct counts {
	uint64_t values;
	unsigned functions, classes;
};

// A function or a class says something of the layout; of these the first ones.
static enum status check_value(const struct check *check, addr_t value, struct counts *counts)
{
	const addr_t *known = check->runtime->well_known;
	uint64_t type = 0;
	counts->values++;
	enum status status =
		reader_u64(check->reader, check->layout, value, FIELD_object_type, &type);
	if (status)
		return check_unread(check, FIELD_keys_indices, status);
	if (type == known[WELL_KNOWN_function] && counts->functions++ < FUNCTIONS_CHECKED)
		return check_function(check, value);
	if (type == known[WELL_KNOWN_type] && is_class(check, value) &&
		counts->classes++ < CLASSES_CHECKED)
		return check_class(check, value);
	return STATUS_OK;
}

static enum status check_values(const struct check *check, addr_t dict)
{
	struct keys keys = {0};
	struct counts counts = {0};
	uint64_t used = 0;
	enum status status = check_word(check, dict, FIELD_dict_used, &used);
	if (!status)
		status = read_keys(check, dict, &keys);
	if (status || keys.count > ENTRIES_TRIED)
		return status;
	for (uint64_t i = 0; !status && i < keys.count; i++) {
		addr_t entry = keys.entries + i * keys.entry_size, object[2];
		status = reader_bytes(check->reader, entry, object, sizeof(object));
		if (status)
			return check_unread(check, FIELD_keys_indices, status);
		if (object[1])
			status = check_value(check, object[1], &counts);
	}
	if (!status && counts.values != used)
		return check_misfit(check, FIELD_keys_nentries, "is not what is in use");
	return status;
}

// importlib._bootstrap, which is there from the start and is left alone by programs.
static enum status check_importlib(const struct check *check, const struct interpreter *interpreter)
{
	uint64_t module = 0, dict = 0;
	if (!layout_has(check->layout, FIELD_interp_importlib))
		return STATUS_OK;
	enum status status =
		check_word(check, interpreter->address, FIELD_interp_importlib, &module);
	if (status || !module)
		return status;
	status = check_instance(check, module, WELL_KNOWN_module, FIELD_interp_importlib);
	if (!status)
		status = check_word(check, module, FIELD_module_dict, &dict);
	if (!status)
		status = check_instance(check, dict, WELL_KNOWN_dict, FIELD_module_dict);
	return status ? status : check_values(check, dict);
}

enum status known_objects_check(const struct check *check, const struct interpreter *interpreter)
{
	enum status status = check_bases(check);
	if (!status)
		status = check_modules(check, interpreter->modules);
	if (!status)
		status = check_head(check, interpreter);
	if (!status)
		status = check_sys(check, interpreter);
	return status ? status : check_importlib(check, interpreter);
}
