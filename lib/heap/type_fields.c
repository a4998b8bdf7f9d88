// SPDX-License-Identifier: MIT
#include "heap/type_fields.h"

#include "heap/type.h"

enum {
	METATYPE_BASES_MAX = 32,
	INSTANCE_SIZE_MAX = 1 << 20,
	MEMBERS_MAX = 1 << 16,
	MEMBER_OBJECT_EX = 16, // T_OBJECT_EX, Include/structmember.h
};

static uint64_t type_word(const struct heap *heap, const void *type, enum layout_field field)
{
	return bytes_u64(type, heap_field(heap, field));
}

static const void *type_bytes(const struct heap *heap, addr_t address)
{
	if (address % 8)
		return NULL;
	return image_at(heap->image, address, heap_field(heap, FIELD_type_size));
}

// What a type is an instance of must be type or derive from it. To follow type(type(...)) instead
// would refuse classes that are their own type, and there are some: h11 makes its sentinels so.
static bool is_metatype(const struct heap *heap, addr_t metatype)
{
	for (int i = 0; i < METATYPE_BASES_MAX; i++) {
		const void *bytes = type_bytes(heap, metatype);
		if (!bytes || !(type_word(heap, bytes, FIELD_type_flags) & TYPE_FLAG_TYPE))
			return false;
		if (metatype == heap->runtime->well_known[WELL_KNOWN_type])
			return true;
		metatype = type_word(heap, bytes, FIELD_type_base);
	}
	return false;
}

// Some static types of C modules are used without PyType_Ready() (functools._lru_list_elem up to
// 3.9; those of f2py, without flags): they have neither base nor mro, but what their definition
// states.
static bool is_defined(const struct heap *heap, const void *bytes, const struct type_fields *fields)
{
	static const uint64_t defaults = UINT64_C(1) << 18; // Py_TPFLAGS_DEFAULT: HAVE_VERSION_TAG
	bool is_static = (fields->flags & (defaults | TYPE_FLAG_HEAP)) == defaults || !fields->flags;
	return is_static && !fields->base &&
	       !fields->dict && type_word(heap, bytes, FIELD_type_dealloc) &&
	       fields->metatype == heap->runtime->well_known[WELL_KNOWN_type];
}

static bool is_ready(const struct heap *heap, const void *bytes, const struct type_fields *fields)
{
	if (type_word(heap, bytes, FIELD_type_mro))
		return fields->flags & (TYPE_FLAG_READY | TYPE_FLAG_READYING);
	return is_defined(heap, bytes, fields);
}

static bool fields_are_sane(const struct heap *heap, const struct type_fields *fields)
{
	if (!fields->name)
		return false;
	if (fields->basicsize < heap_field(heap, FIELD_object_size) ||
		fields->basicsize >= INSTANCE_SIZE_MAX || fields->itemsize >= INSTANCE_SIZE_MAX)
		return false;
	return fields->dictoffset > -INSTANCE_SIZE_MAX && fields->dictoffset < INSTANCE_SIZE_MAX &&
	       fields->weaklistoffset > -INSTANCE_SIZE_MAX &&
	       fields->weaklistoffset < INSTANCE_SIZE_MAX;
}

// A heap type's own members lie behind the type object, whose size its metatype states; ob_size is
// their number (PyHeapType_GET_MEMBERS, Include/cpython/object.h).
static void fields_find_members(
	const struct heap *heap, const void *bytes, struct type_fields *fields)
{
	if (!(fields->flags & TYPE_FLAG_HEAP))
		return;
	int64_t count = (int64_t)type_word(heap, bytes, FIELD_var_size);
	const void *metatype = type_bytes(heap, fields->metatype);
	if (count <= 0 || count > MEMBERS_MAX || !metatype)
		return;
	uint64_t type_size = type_word(heap, metatype, FIELD_type_basicsize);
	if (type_size < heap_field(heap, FIELD_heap_type_size) || type_size >= INSTANCE_SIZE_MAX)
		return;
	fields->members = fields->address + type_size;
	fields->member_count = (uint64_t)count;
}

// type_new and the setter of __name__ (Objects/typeobject.c) let tp_name point at the UTF-8 form of
// the class's own ht_name; static types and PyType_FromSpec never do. The UTF-8 form of an ASCII
// str is the str itself.
static bool name_is_own_str(const struct heap *heap, const struct type_fields *fields)
{
	uint64_t str, utf8;
	if (!image_read_u64(
		    heap->image, fields->address + heap_field(heap, FIELD_heap_type_name), &str) ||
		!str)
		return false;
	if (fields->name == str + heap_field(heap, FIELD_str_ascii_size))
		return true;
	return image_read_u64(heap->image, str + heap_field(heap, FIELD_str_utf8), &utf8) &&
	       fields->name == utf8;
}

bool type_fields_read(const struct heap *heap, addr_t address, struct type_fields *ret)
{
	const void *bytes = type_bytes(heap, address);
	if (!bytes)
		return false;
	struct type_fields fields = {
		.address = address,
		.metatype = type_word(heap, bytes, FIELD_object_type),
		.name = type_word(heap, bytes, FIELD_type_name),
		.base = type_word(heap, bytes, FIELD_type_base),
		.dict = type_word(heap, bytes, FIELD_type_dict),
		.basicsize = type_word(heap, bytes, FIELD_type_basicsize),
		.itemsize = type_word(heap, bytes, FIELD_type_itemsize),
		.flags = type_word(heap, bytes, FIELD_type_flags),
		.dictoffset = (int64_t)type_word(heap, bytes, FIELD_type_dictoffset),
		.weaklistoffset = (int64_t)type_word(heap, bytes, FIELD_type_weaklistoffset),
	};
	if (!is_ready(heap, bytes, &fields) || !fields_are_sane(heap, &fields) ||
		!is_metatype(heap, fields.metatype))
		return false;
	fields.is_made_in_c = !(fields.flags & TYPE_FLAG_HEAP) || !name_is_own_str(heap, &fields);
	fields_find_members(heap, bytes, &fields);
	*ret = fields;
	return true;
}

bool type_fields_slot(const struct heap *heap, const struct type_fields *fields, uint64_t index,
	uint64_t *ret_offset, addr_t *ret_name)
{
	uint32_t size = heap_field(heap, FIELD_member_size);
	const void *member = image_at(heap->image, fields->members + index * size, size);
	if (!member || bytes_i32(member, heap_field(heap, FIELD_member_type)) != MEMBER_OBJECT_EX)
		return false;
	uint64_t offset = bytes_u64(member, heap_field(heap, FIELD_member_offset));
	if (offset % 8 || offset < heap_field(heap, FIELD_object_size) ||
		offset >= fields->basicsize)
		return false;
	*ret_offset = offset;
	*ret_name = bytes_u64(member, heap_field(heap, FIELD_member_name));
	return true;
}
