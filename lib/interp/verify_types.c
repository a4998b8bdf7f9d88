// SPDX-License-Identifier: MIT
#include "interp/verify_check.h"
#include "python/field.h"

#include <stdbool.h>
#include <string.h>

enum {
	MEMBERS_MAX = 64,
	MEMBER_BYTES_MAX = 64,
	NAME_MAX_BYTES = 32,
	PAGE_BYTES = 4096,
	MEMBER_OBJECT = 6, // T_OBJECT, Include/structmember.h
};

// Members by the names that CPython has in its tables of PyMemberDef. No version has all of them; a
// member that a type lacks is not checked.
static const struct member {
	enum well_known type;
	enum layout_field field;
	const char *name;
} members[] = {
	{WELL_KNOWN_type, FIELD_type_basicsize, "__basicsize__"},
	{WELL_KNOWN_type, FIELD_type_itemsize, "__itemsize__"},
	{WELL_KNOWN_type, FIELD_type_flags, "__flags__"},
	{WELL_KNOWN_type, FIELD_type_weaklistoffset, "__weakrefoffset__"},
	{WELL_KNOWN_type, FIELD_type_base, "__base__"},
	{WELL_KNOWN_type, FIELD_type_dictoffset, "__dictoffset__"},
	{WELL_KNOWN_type, FIELD_type_mro, "__mro__"},
	{WELL_KNOWN_function, FIELD_function_closure, "__closure__"},
	{WELL_KNOWN_function, FIELD_function_doc, "__doc__"},
	{WELL_KNOWN_function, FIELD_function_globals, "__globals__"},
	{WELL_KNOWN_function, FIELD_function_module, "__module__"},
	{WELL_KNOWN_function, FIELD_function_builtins, "__builtins__"},
	{WELL_KNOWN_code, FIELD_code_nlocals, "co_nlocals"},
	{WELL_KNOWN_code, FIELD_code_stacksize, "co_stacksize"},
	{WELL_KNOWN_code, FIELD_code_code, "co_code"},
	{WELL_KNOWN_code, FIELD_code_consts, "co_consts"},
	{WELL_KNOWN_code, FIELD_code_names, "co_names"},
	{WELL_KNOWN_code, FIELD_code_varnames, "co_varnames"},
	{WELL_KNOWN_code, FIELD_code_freevars, "co_freevars"},
	{WELL_KNOWN_code, FIELD_code_cellvars, "co_cellvars"},
	{WELL_KNOWN_code, FIELD_code_filename, "co_filename"},
	{WELL_KNOWN_code, FIELD_code_name, "co_name"},
	{WELL_KNOWN_code, FIELD_code_qualname, "co_qualname"},
	{WELL_KNOWN_code, FIELD_code_firstlineno, "co_firstlineno"},
	{WELL_KNOWN_code, FIELD_code_linetable, "co_lnotab"},
	{WELL_KNOWN_code, FIELD_code_linetable, "co_linetable"},
	{WELL_KNOWN_code, FIELD_code_exceptiontable, "co_exceptiontable"},
	{WELL_KNOWN_frame, FIELD_frame_object_back, "f_back"},
	{WELL_KNOWN_frame, FIELD_frame_object_code, "f_code"},
	{WELL_KNOWN_frame, FIELD_frame_object_builtins, "f_builtins"},
	{WELL_KNOWN_frame, FIELD_frame_object_globals, "f_globals"},
	{WELL_KNOWN_frame, FIELD_frame_object_lasti, "f_lasti"},
	{WELL_KNOWN_generator, FIELD_generator_frame_object, "gi_frame"},
	{WELL_KNOWN_generator, FIELD_generator_code, "gi_code"},
	{WELL_KNOWN_coroutine, FIELD_generator_origin, "cr_origin"},
	{WELL_KNOWN_method, FIELD_method_function, "__func__"},
	{WELL_KNOWN_method, FIELD_method_self, "__self__"},
	{WELL_KNOWN_builtin, FIELD_builtin_module, "__module__"},
	{WELL_KNOWN_module, FIELD_module_dict, "__dict__"},
	{WELL_KNOWN_property, FIELD_property_get, "fget"},
	{WELL_KNOWN_property, FIELD_property_set, "fset"},
	{WELL_KNOWN_property, FIELD_property_del, "fdel"},
	{WELL_KNOWN_property, FIELD_property_doc, "__doc__"},
	{WELL_KNOWN_staticmethod, FIELD_staticmethod_callable, "__func__"},
	{WELL_KNOWN_classmethod, FIELD_classmethod_callable, "__func__"},
	{WELL_KNOWN_super, FIELD_super_type, "__thisclass__"},
	{WELL_KNOWN_super, FIELD_super_object, "__self__"},
	{WELL_KNOWN_super, FIELD_super_object_type, "__self_class__"},
	{WELL_KNOWN_slice, FIELD_slice_start, "start"},
	{WELL_KNOWN_slice, FIELD_slice_stop, "stop"},
	{WELL_KNOWN_slice, FIELD_slice_step, "step"},
	{WELL_KNOWN_range, FIELD_range_start, "start"},
	{WELL_KNOWN_range, FIELD_range_stop, "stop"},
	{WELL_KNOWN_range, FIELD_range_step, "step"},
	{WELL_KNOWN_weakref, FIELD_weakref_callback, "__callback__"},
	{WELL_KNOWN_traceback, FIELD_traceback_frame, "tb_frame"},
	{WELL_KNOWN_namespace, FIELD_namespace_dict, "__dict__"},
	{WELL_KNOWN_method_descriptor, FIELD_descriptor_type, "__objclass__"},
	{WELL_KNOWN_method_descriptor, FIELD_descriptor_name, "__name__"},
};

// A number in a type, as the offset of a field plus the bytes after it, the same in every version.
static const struct figure {
	enum well_known type;
	enum layout_field stated; // the field of the type
	enum layout_field field;
	uint32_t extra;
} figures[] = {
	{WELL_KNOWN_type, FIELD_type_dictoffset, FIELD_type_dict, 0},
	{WELL_KNOWN_type, FIELD_type_itemsize, FIELD_member_size, 0},
	{WELL_KNOWN_function, FIELD_type_dictoffset, FIELD_function_dict, 0},
	{WELL_KNOWN_module, FIELD_type_dictoffset, FIELD_module_dict, 0},
	{WELL_KNOWN_namespace, FIELD_type_dictoffset, FIELD_namespace_dict, 0},
	{WELL_KNOWN_staticmethod, FIELD_type_dictoffset, FIELD_staticmethod_dict, 0},
	{WELL_KNOWN_classmethod, FIELD_type_dictoffset, FIELD_classmethod_dict, 0},
	{WELL_KNOWN_odict, FIELD_type_dictoffset, FIELD_odict_instance_dict, 0},
	{WELL_KNOWN_odict, FIELD_type_basicsize, FIELD_odict_fast_nodes_size, 40},
	{WELL_KNOWN_odict, FIELD_type_basicsize, FIELD_odict_first, 64},
	{WELL_KNOWN_object, FIELD_type_basicsize, FIELD_object_refcnt, 16},
	{WELL_KNOWN_int, FIELD_type_basicsize, FIELD_int_tag, 8},
	{WELL_KNOWN_str, FIELD_type_basicsize, FIELD_str_compact_size, 8},
	{WELL_KNOWN_str, FIELD_type_basicsize, FIELD_str_data, 8},
	{WELL_KNOWN_str, FIELD_type_basicsize, FIELD_str_wstr_length, 16},
	{WELL_KNOWN_str, FIELD_type_basicsize, FIELD_str_wstr, 40},
	{WELL_KNOWN_list, FIELD_type_basicsize, FIELD_list_items, 16},
	{WELL_KNOWN_dict, FIELD_type_basicsize, FIELD_dict_values, 8},
	{WELL_KNOWN_dict, FIELD_type_basicsize, FIELD_dict_keys, 16},
	{WELL_KNOWN_dict, FIELD_type_basicsize, FIELD_dict_used, 32},
	{WELL_KNOWN_set, FIELD_type_basicsize, FIELD_set_small_table, 136},
	{WELL_KNOWN_set, FIELD_type_basicsize, FIELD_set_table, 160},
	{WELL_KNOWN_set, FIELD_type_basicsize, FIELD_set_mask, 168},
	{WELL_KNOWN_set, FIELD_type_basicsize, FIELD_set_used, 176},
	{WELL_KNOWN_set, FIELD_type_basicsize, FIELD_set_fill, 184},
	{WELL_KNOWN_builtin, FIELD_type_basicsize, FIELD_builtin_self, 32},
	{WELL_KNOWN_memoryview, FIELD_type_basicsize, FIELD_memoryview_buffer, 120},
	{WELL_KNOWN_filter, FIELD_type_basicsize, FIELD_filter_iterator, 8},
	{WELL_KNOWN_filter, FIELD_type_basicsize, FIELD_filter_function, 16},
	{WELL_KNOWN_traceback, FIELD_type_basicsize, FIELD_traceback_next, 24},
	{WELL_KNOWN_context_var, FIELD_type_basicsize, FIELD_context_var_default, 40},
	{WELL_KNOWN_context, FIELD_type_basicsize, FIELD_context_vars, 24},
	{WELL_KNOWN_code, FIELD_type_basicsize, FIELD_code_bytecode, 0},
};

// The same for a number that is one field plus a multiple of another.
static const struct sum {
	enum well_known type;
	enum layout_field stated, field, other;
	uint32_t times;
} sums[] = {
	{WELL_KNOWN_set, FIELD_type_weaklistoffset, FIELD_set_small_table, FIELD_set_entry_size, 8},
	// From 3.11 on the object contains its first frame (Objects/genobject.c, frameobject.c).
	{WELL_KNOWN_generator, FIELD_type_basicsize, FIELD_generator_frame, FIELD_frame_localsplus, 1},
	{WELL_KNOWN_frame, FIELD_type_basicsize, FIELD_frame_object_data, FIELD_frame_localsplus, 1},
};

// Reads text of the target, cut to the size of the buffer; it may be at the very end of its
// mapping.
static bool read_name(const struct check *check, addr_t addr, char name[NAME_MAX_BYTES])
{
	size_t left = PAGE_BYTES - addr % PAGE_BYTES;
	size_t size = left < NAME_MAX_BYTES - 1 ? left : NAME_MAX_BYTES - 1;
	memset(name, 0, NAME_MAX_BYTES);
	if (memory_read_bytes(&check->python->memory, addr, name, size))
		return false;
	return strnlen(name, size) < size || size == NAME_MAX_BYTES - 1 ||
	       !memory_read_bytes(&check->python->memory, addr + size, name + size,
		       NAME_MAX_BYTES - 1 - size);
}

static const struct member *find_member(enum well_known type, const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (members[i].type == type && !strcmp(members[i].name, name))
			return &members[i];
	return NULL;
}

static enum status compare_member(
	const struct check *check, const struct member *member, const struct record *entry)
{
	if (member->field == FIELD_type_base &&
		record_u32(entry, FIELD_member_type) != MEMBER_OBJECT)
		return check_misfit(check, FIELD_member_type, "is not that of an object");
	if (layout_has(check->layout, member->field) &&
		record_u64(entry, FIELD_member_offset) != check->layout->field[member->field])
		return check_misfit(check, member->field, "is not where its type says");
	return STATUS_OK;
}

static bool is_in_member(const struct check *check, enum layout_field field)
{
	return field_offset(check->python, field) <= MEMBER_BYTES_MAX - sizeof(uint64_t);
}

static bool member_fits(const struct check *check)
{
	return field_offset(check->python, FIELD_member_size) <= MEMBER_BYTES_MAX &&
	       is_in_member(check, FIELD_member_name) && is_in_member(check, FIELD_member_offset) &&
	       is_in_member(check, FIELD_member_type);
}

// Reads one entry of a type's table: its name and the rest. The name is "" at the end of the table.
static enum status read_member(const struct check *check, addr_t address,
	uint8_t buffer[RECORD_SIZE_MAX], struct record *ret, char name[NAME_MAX_BYTES])
{
	name[0] = '\0';
	enum status status = record_read(check->python, address, FIELD_member_size, buffer, ret);
	if (status)
		return check_unread(check, FIELD_type_members, status);
	addr_t text = record_u64(ret, FIELD_member_name);
	if (text && !read_name(check, text, name))
		return check_misfit(check, FIELD_member_name, "leads to no memory");
	return STATUS_OK;
}

// Not every version has members in each of these types, but all have some in the type "type".
static enum status check_members(const struct check *check, enum well_known type)
{
	uint64_t table = 0;
	unsigned known = 0;
	addr_t addr = check->runtime->well_known[type];
	enum status status = check_word(check, addr, FIELD_type_members, &table);
	for (unsigned i = 0; !status && table && i < MEMBERS_MAX; i++) {
		uint8_t buffer[RECORD_SIZE_MAX];
		struct record entry = {0};
		char name[NAME_MAX_BYTES];
		status = read_member(check, table, buffer, &entry, name);
		if (status || !*name)
			break;
		const struct member *member = find_member(type, name);
		known += member != NULL;
		if (member)
			status = compare_member(check, member, &entry);
		table += field_offset(check->python, FIELD_member_size);
	}
	if (!status && !known && type == WELL_KNOWN_type)
		return check_misfit(check, FIELD_type_members, "does not lead to the members of type");
	return status;
}

static enum status check_all_members(const struct check *check)
{
	if (!member_fits(check))
		return check_misfit(check, FIELD_member_size, "makes no sense");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		enum well_known type = members[i].type;
		if ((i && members[i - 1].type == type) || !check->runtime->well_known[type])
			continue;
		enum status status = check_members(check, type);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static enum status check_stated(const struct check *check, enum well_known type,
	enum layout_field stated, enum layout_field field, uint64_t expected)
{
	uint64_t found = 0;
	addr_t addr = check->runtime->well_known[type];
	if (!addr)
		return STATUS_OK;
	enum status status = check_word(check, addr, stated, &found);
	if (!status && found != expected)
		return check_misfit(check, field, "contradicts what its type says");
	return status;
}

static enum status check_figures(const struct check *check)
{
	const struct layout *layout = check->layout;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < sizeof(figures) / sizeof(figures[0]); i++) {
		const struct figure *figure = &figures[i];
		if (layout_has(layout, figure->field))
			status = check_stated(check, figure->type, figure->stated, figure->field,
				(uint64_t)layout->field[figure->field] + figure->extra);
	}
	return status;
}

static enum status check_sums(const struct check *check)
{
	const struct layout *layout = check->layout;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < sizeof(sums) / sizeof(sums[0]); i++) {
		const struct sum *sum = &sums[i];
		if (layout_has(layout, sum->field) && layout_has(layout, sum->other))
			status = check_stated(check, sum->type, sum->stated, sum->field,
				layout->field[sum->field] +
					(uint64_t)layout->field[sum->other] * sum->times);
	}
	return status;
}

enum status verify_types(const struct check *check)
{
	enum status status = check_all_members(check);
	if (!status)
		status = check_figures(check);
	return status ? status : check_sums(check);
}
