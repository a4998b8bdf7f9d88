// SPDX-License-Identifier: MIT
#include "interp/interpreters.h"
#include "interp/verify_check.h"
#include "python/field.h"
#include "python/gc_link.h"
#include "python/header.h"
#include "python/list.h"
#include "python/str.h"
#include "python/type.h"

#include <stdbool.h>
#include <string.h>

enum {
	ENTRIES_TRIED = 4096,
	FUNCTIONS_CHECKED = 8,
	CLASSES_CHECKED = 4,
	STACK_MAX = 1 << 16,
	NAME_MAX_BYTES = 64,
};
static const uint64_t SLOTS_MAX = UINT64_C(1) << 32;

// A field that refers to an object of this type, or is NULL.
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
	struct items mro_items = {0}, base_items = {0};
	addr_t mro = 0, bases = 0;
	enum status status = check_word(check, expected[0], FIELD_type_mro, &mro);
	if (!status && tuple_items(check->python, mro, &mro_items))
		return check_misfit(check, FIELD_var_size, "makes no sense for bool.__mro__");
	if (!status && mro_items.count != sizeof(expected) / sizeof(expected[0]))
		return check_misfit(check, FIELD_var_size, "is not 3 for bool.__mro__");
	if (!status)
		status = check_word(check, expected[0], FIELD_type_bases, &bases);
	if (!status)
		status = check_instance(check, bases, WELL_KNOWN_tuple, FIELD_type_bases);
	if (status)
		return status;
	status = memory_read_bytes(
		&check->python->memory, mro_items.address, found, sizeof(found));
	if (!status)
		status = tuple_items(check->python, bases, &base_items);
	if (!status)
		status = items_read(check->python, &base_items, 0, &first);
	if (status)
		return check_unread(check, FIELD_tuple_items, status);
	if (memcmp(found, expected, sizeof(found)) != 0)
		return check_misfit(check, FIELD_tuple_items, "are not the types of bool.__mro__");
	if (first != expected[1])
		return check_misfit(check, FIELD_type_bases, "is not (int,) for bool");
	return STATUS_OK;
}

// Bytes of the index table, by the size of the hash table (Objects/dictobject.c,
// new_keys_object()).
static uint64_t index_bytes(uint64_t size)
{
	return size < 1 << 8 ? size : size < 1 << 16 ? size * 2 : size * 4;
}

// Stricter than dict_keys_read(): these tables are neither shared nor the static empty one.
static enum status read_keys(const struct check *check, addr_t dict, struct dict_keys *ret)
{
	addr_t keys = 0;
	struct dict_misfit misfit = {FIELD_dict_keys, "makes no sense"};
	enum status status = check_word(check, dict, FIELD_dict_keys, &keys);
	if (status)
		return status;
	status = dict_keys_read(check->python, keys, ret, &misfit);
	if (status)
		return check_dict(check, status, &misfit);
	bool has_log2 = layout_has(check->layout, FIELD_keys_log2_size);
	if (ret->slots < 8 || ret->slots > SLOTS_MAX)
		return check_misfit(check,
			has_log2 ? FIELD_keys_log2_size : FIELD_keys_table_size, "makes no sense");
	if (has_log2 && ret->index_bytes != index_bytes(ret->slots))
		return check_misfit(check, FIELD_keys_log2_index_bytes, "contradicts the size");
	// At most two thirds of a hash table are usable (USABLE_FRACTION()); popitem() reduces
	// that.
	if (ret->usable + ret->used > ret->capacity)
		return check_misfit(check, FIELD_keys_usable, "makes no sense");
	return STATUS_OK;
}

static enum status check_modules(const struct check *check, addr_t modules)
{
	struct dict_keys keys = {0};
	uint64_t used = 0;
	enum status status = read_keys(check, modules, &keys);
	if (!status)
		status = check_word(check, modules, FIELD_dict_used, &used);
	if (status)
		return status;
	if (!layout_has(check->layout, FIELD_keys_refcnt))
		return check_unread(check, FIELD_keys_refcnt, STATUS_UNSUPPORTED);
	if (!used || used > keys.used)
		return check_misfit(check, FIELD_dict_used, "makes no sense for sys.modules");
	if (keys.refcnt != 1)
		return check_misfit(check, FIELD_keys_refcnt, "is not 1 for sys.modules");
	return STATUS_OK;
}

// sys.modules is in one of the collector's lists, because it holds modules.
static enum status check_head(const struct check *check, const struct interpreter *interpreter)
{
	addr_t head = gc_link_head(check->python, interpreter->modules);
	return check_links(check, head, interpreter->gc_collecting, FIELD_gc_head_size,
		"leads to no links of sys.modules", "leads to links that do not lead back");
}

// A str that is compact ASCII.
static enum status check_text(const struct check *check, addr_t addr, const char *text)
{
	struct str str;
	char found[NAME_MAX_BYTES];
	size_t size = strlen(text) + 1;
	enum status status = str_read(check->python, addr, &str);
	if (status == STATUS_INVALID || (!status && (!str.is_ascii || str.width != 1)))
		return check_misfit(check, FIELD_str_state, "is not that of ASCII text");
	if (!status)
		status = memory_read_bytes(&check->python->memory, str.characters, found, size);
	if (status)
		return check_unread(check, FIELD_str_ascii_size, status);
	if (memcmp(found, text, size) != 0)
		return check_misfit(check, FIELD_str_ascii_size, "leads to another text");
	return STATUS_OK;
}

// The size of its per-module state is -1: sys has none.
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

// Checks the module sys, whose dict the interpreter state knows.
static enum status check_sys(const struct check *check, const struct interpreter *interpreter)
{
	addr_t sys = 0;
	uint64_t dict = 0, name = 0;
	struct dict_misfit misfit;
	if (interpreters_find_module(check->python, interpreter->modules, "sys", &sys, &misfit))
		return STATUS_OK; // the program removed it from sys.modules
	enum status status = check_word(check, sys, FIELD_module_dict, &dict);
	if (!status && dict != interpreter->sysdict)
		return STATUS_OK; // the program replaced it
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
		(field_i32(check->python, code, FIELD_code_stacksize, &stack) ||
			stack < 1 || stack > STACK_MAX))
		return check_misfit(check, FIELD_code_stacksize, "makes no sense");
	if (status || !layout_has(check->layout, FIELD_code_nlocalsplus))
		return status;
	status = check_word(check, code, FIELD_code_localsplusnames, &names);
	if (!status)
		status = check_word(check, names, FIELD_var_size, &count);
	if (!status &&
		(field_i32(check->python, code, FIELD_code_nlocalsplus, &slots) ||
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

// A class has its name twice: as a str, and as a C string, which is the text of that str.
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
	status = memory_read_bytes(&check->python->memory, text_addr, text, length + 1);
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
	return !field_u64(check->python, type, FIELD_type_flags, &flags) &&
	       flags & TYPE_FLAG_HEAP;
}

struct counts {
	uint64_t values;
	unsigned functions, classes;
};

// Checks a value if it is one of the first functions or classes: these depend on the layout.
static enum status check_value(const struct check *check, addr_t value, struct counts *counts)
{
	const addr_t *known = check->runtime->well_known;
	uint64_t type = 0;
	counts->values++;
	enum status status =
		field_u64(check->python, value, FIELD_object_type, &type);
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
	struct dict_keys keys = {0};
	struct dict_reader reader;
	struct dict_entry entry;
	struct counts counts = {0};
	uint64_t used = 0;
	enum status status = check_word(check, dict, FIELD_dict_used, &used);
	if (!status)
		status = read_keys(check, dict, &keys);
	if (status || keys.used > ENTRIES_TRIED)
		return status;
	status = dict_reader_init(check->python, dict, &reader);
	while (!status && dict_reader_next(&reader, &entry))
		status = check_value(check, entry.value, &counts);
	if (!status && reader.status)
		return check_unread(check, FIELD_keys_indices, reader.status);
	if (!status && counts.values != used)
		return check_misfit(check, FIELD_keys_nentries, "is not what is in use");
	return status;
}

// Checks importlib._bootstrap, which exists from the start and which programs do not change.
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

enum status verify_objects(const struct check *check, const struct interpreter *interpreter)
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
