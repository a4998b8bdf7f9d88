// SPDX-License-Identifier: MIT
#include "python/type.h"

#include "base/guard.h"
#include "base/text.h"
#include "python/dict.h"
#include "python/field.h"
#include "python/str.h"

#include <string.h>

enum {
	METATYPE_BASES_MAX = 32,
	INSTANCE_SIZE_MAX = 1 << 20,
	MEMBERS_MAX = 1 << 16,
	MEMBER_OBJECT_EX = 16, // T_OBJECT_EX, Include/structmember.h
};

static inline enum status read_record(const struct python *python, addr_t address,
	uint8_t buffer[RECORD_SIZE_MAX], struct record *ret)
{
	if (address % sizeof(addr_t))
		return STATUS_INVALID;
	return record_read(python, address, FIELD_type_size, buffer, ret);
}

// Checks that the type of a type is type or a subclass of it. Following type(type(...)) instead
// would refuse classes that are their own type, which exist: h11 makes its sentinels that way.
static enum status check_metatype(const struct python *python, addr_t metatype)
{
	for (int i = 0; i < METATYPE_BASES_MAX; i++) {
		uint8_t buffer[RECORD_SIZE_MAX];
		struct record record;
		enum status status = read_record(python, metatype, buffer, &record);
		if (status)
			return status;
		if (!(record_u64(&record, FIELD_type_flags) & TYPE_FLAG_TYPE))
			return STATUS_INVALID;
		if (metatype == python->well_known[WELL_KNOWN_type])
			return STATUS_OK;
		metatype = record_u64(&record, FIELD_type_base);
	}
	return STATUS_INVALID;
}

// Some static types of C modules are used without PyType_Ready() (functools._lru_list_elem up to
// 3.9; those of f2py, without flags). They have neither base nor mro, only what their definition
// states.
static bool is_defined(const struct python *python, const struct record *record,
	const struct type_fields *fields)
{
	static const uint64_t defaults = UINT64_C(1) << 18; // Py_TPFLAGS_DEFAULT: HAVE_VERSION_TAG
	bool is_static = (fields->flags & (defaults | TYPE_FLAG_HEAP)) == defaults || !fields->flags;
	return is_static && !fields->base && !fields->dict &&
	       record_u64(record, FIELD_type_dealloc) &&
	       fields->metatype == python->well_known[WELL_KNOWN_type];
}

static bool is_ready(const struct python *python, const struct record *record,
	const struct type_fields *fields)
{
	if (fields->mro)
		return fields->flags & (TYPE_FLAG_READY | TYPE_FLAG_READYING);
	return is_defined(python, record, fields);
}

static bool is_small(int64_t offset)
{
	return offset > -INSTANCE_SIZE_MAX && offset < INSTANCE_SIZE_MAX;
}

static bool is_sane(const struct python *python, const struct type_fields *fields)
{
	return fields->name && fields->basicsize >= field_offset(python, FIELD_object_size) &&
	       fields->basicsize < INSTANCE_SIZE_MAX && fields->itemsize < INSTANCE_SIZE_MAX &&
	       is_small(fields->dictoffset) && is_small(fields->weaklistoffset);
}

// A heap type's own members come after the type object, whose size its metatype states; ob_size is
// their number (PyHeapType_GET_MEMBERS, Include/cpython/object.h).
static void find_members(
	const struct python *python, const struct record *record, struct type_fields *fields)
{
	uint64_t type_size = 0;
	int64_t count = (int64_t)record_u64(record, FIELD_var_size);
	if (!(fields->flags & TYPE_FLAG_HEAP) || count <= 0 || count > MEMBERS_MAX ||
		field_u64(python, fields->metatype, FIELD_type_basicsize, &type_size) ||
		type_size < field_offset(python, FIELD_heap_type_size) ||
		type_size >= INSTANCE_SIZE_MAX)
		return;
	fields->members = fields->address + type_size;
	fields->member_count = (uint64_t)count;
}

// type_new and the setter of __name__ (Objects/typeobject.c) make tp_name point to the UTF-8 form
// of the class's own ht_name; static types and PyType_FromSpec never do. The UTF-8 form of an ASCII
// str is the str itself.
static bool name_is_own_str(const struct python *python, const struct type_fields *fields)
{
	addr_t str = 0, utf8 = 0;
	if (field_u64(python, fields->address, FIELD_heap_type_name, &str) || !str)
		return false;
	if (fields->name == str + field_offset(python, FIELD_str_ascii_size))
		return true;
	return !field_u64(python, str, FIELD_str_utf8, &utf8) && fields->name == utf8;
}

enum status type_read_fields(
	const struct python *python, addr_t address, struct type_fields *ret)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record record;
	enum status status = read_record(python, address, buffer, &record);
	if (status)
		return status;
	// Most addresses that are tried are not types. All fields are read before the first one
	// decides, so that the cache misses overlap.
	struct type_fields fields = {
		.address = address,
		.metatype = record_u64(&record, FIELD_object_type),
		.name = record_u64(&record, FIELD_type_name),
		.base = record_u64(&record, FIELD_type_base),
		.mro = record_u64(&record, FIELD_type_mro),
		.dict = record_u64(&record, FIELD_type_dict),
		.basicsize = record_u64(&record, FIELD_type_basicsize),
		.itemsize = record_u64(&record, FIELD_type_itemsize),
		.flags = record_u64(&record, FIELD_type_flags),
		.dictoffset = (int64_t)record_u64(&record, FIELD_type_dictoffset),
		.weaklistoffset = (int64_t)record_u64(&record, FIELD_type_weaklistoffset),
	};
	if (!is_ready(python, &record, &fields) || !is_sane(python, &fields))
		return STATUS_INVALID;
	status = check_metatype(python, fields.metatype);
	if (status)
		return status;
	fields.is_made_in_c =
		!(fields.flags & TYPE_FLAG_HEAP) || !name_is_own_str(python, &fields);
	find_members(python, &record, &fields);
	*ret = fields;
	return STATUS_OK;
}

bool type_read_slot(const struct python *python, const struct type_fields *fields, uint64_t index,
	uint64_t *ret_offset, addr_t *ret_name)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record member;
	addr_t address = fields->members + index * field_offset(python, FIELD_member_size);
	if (record_read(python, address, FIELD_member_size, buffer, &member) ||
		record_u32(&member, FIELD_member_type) != MEMBER_OBJECT_EX)
		return false;
	uint64_t offset = record_u64(&member, FIELD_member_offset);
	if (offset % sizeof(addr_t) || offset < field_offset(python, FIELD_object_size) ||
		offset >= fields->basicsize)
		return false;
	*ret_offset = offset;
	*ret_name = record_u64(&member, FIELD_member_name);
	return true;
}

static bool add_str(const struct python *python, addr_t str, struct text *text)
{
	return str && str_add(python, str, TYPE_NAME_MAX_BYTES, text) == STATUS_OK;
}

// type.__module__ is in the class's own dict; C types made by PyType_FromSpec have it too.
static void add_module(
	const struct python *python, const struct type_fields *fields, struct text *text)
{
	addr_t module;
	if (!fields->dict || dict_find(python, fields->dict, "__module__", &module) != STATUS_OK)
		return;
	if (str_equals(python, module, "builtins"))
		return;
	size_t before = text->length;
	if (add_str(python, module, text) && text->length > before)
		text_add(text, ".");
}

enum status type_make_name(const struct python *python, const struct type_fields *fields,
	const char *tp_name, char **ret)
{
	static const char builtins[] = "builtins.";
	AUTO(text_deinit) struct text text = {0};
	addr_t qualname = 0;
	if (fields->flags & TYPE_FLAG_HEAP &&
		field_u64(python, fields->address, FIELD_heap_type_qualname, &qualname))
		qualname = 0;
	if (qualname)
		add_module(python, fields, &text);
	if (!add_str(python, qualname, &text)) {
		if (!strncmp(tp_name, builtins, strlen(builtins)))
			tp_name += strlen(builtins);
		text_add_foreign(&text, tp_name, strlen(tp_name));
	}
	char *name = text_take(&text);
	if (!name)
		return STATUS_NO_MEMORY;
	*ret = name;
	return STATUS_OK;
}
