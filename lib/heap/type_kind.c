// SPDX-License-Identifier: MIT
#include "heap/type_kind.h"

#include "base/guard.h"
#include "heap/type.h"
#include "heap/type_fields.h"
#include "heap/type_name.h"

#include <stdlib.h>
#include <string.h>

static bool kind_has_address(
	const struct kind *kind, const struct runtime *runtime, addr_t address)
{
	if (!kind->types)
		return false;
	for (const enum well_known *type = kind->types; *type != WELL_KNOWN_COUNT; type++)
		if (runtime->well_known[*type] == address)
			return true;
	return false;
}

static bool kind_has_name(const struct kind *kind, const char *name)
{
	if (!kind->type_names || !name)
		return false;
	for (const char *const *type = kind->type_names; *type; type++)
		if (!strcmp(*type, name))
			return true;
	return false;
}

static bool kind_has_size(const struct kind *kind, const struct heap *heap, uint64_t basicsize)
{
	if (kind->size_field == FIELD_COUNT)
		return true;
	return heap_field(heap, kind->size_field) == basicsize;
}

// The tp_name of a type that C code defined, NULL for others. A class statement leaves just the
// __name__ there; PyType_FromSpec the full name, with a dot unless it is a builtin.
static char *c_type_name(
	const struct heap *heap, const struct target *target, const struct type_fields *fields)
{
	AUTO(freep) char *name = NULL;
	if (c_string_read(heap, target, fields->name, &name) != STATUS_OK)
		return NULL;
	if (fields->flags & TYPE_FLAG_HEAP && !strchr(name, '.'))
		return NULL;
	return take_ptr(name);
}

static const struct kind *kind_named(
	const struct heap *heap, const struct target *target, const struct type_fields *fields)
{
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_address(*kind, heap->runtime, fields->address))
			return *kind;

	AUTO(freep) char *name = c_type_name(heap, target, fields);
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_name(*kind, name) && kind_has_size(*kind, heap, fields->basicsize))
			return *kind;
	return NULL;
}

// Bytes that __slots__ of the class itself take.
static uint64_t own_slots_size(
	const struct heap *heap, const struct type_fields *class, uint64_t base_size)
{
	uint64_t size = 0, offset;
	addr_t name;
	for (uint64_t i = 0; i < class->member_count; i++)
		if (type_fields_slot(heap, class, i, &offset, &name) && offset >= base_size)
			size += sizeof(addr_t);
	return size;
}

// Whether class adds to its base nothing but __slots__ and the pointers to __dict__ and the list of
// weak references (type_new, Objects/typeobject.c). A dict of a var-sized class has a negative
// offset up to 3.11; a negative offset of a managed one takes no room.
static bool class_is_plain(
	const struct heap *heap, const struct type_fields *class, const struct type_fields *base)
{
	if (class->basicsize < base->basicsize || class->itemsize != base->itemsize)
		return false;
	uint64_t expected = base->basicsize + own_slots_size(heap, class, base->basicsize);
	bool has_managed_dict = heap->layout->traits.has_managed_dict &&
				class->flags & TYPE_FLAG_MANAGED_DICT;
	if (class->dictoffset && !base->dictoffset && !has_managed_dict)
		expected += sizeof(addr_t);
	if (class->weaklistoffset > 0 && base->weaklistoffset <= 0)
		expected += sizeof(addr_t);
	return class->basicsize == expected;
}

const struct kind *type_kind_find(const struct heap *heap, const struct target *target,
	const struct type_chain *chain, uint64_t *ret_base_size)
{
	const struct type_fields *unknown = NULL; // the nearest class with fields made in C
	for (unsigned i = 0; i < chain->count; i++) {
		const struct type_fields *class = &chain->classes[i];
		const struct kind *kind = kind_named(heap, target, class);
		if (kind && (kind != &kind_instance || !unknown)) {
			*ret_base_size = class->basicsize;
			return kind;
		}
		bool has_base = i + 1 < chain->count;
		if (!unknown && !(has_base && class_is_plain(heap, class, class + 1)))
			unknown = class;
	}
	*ret_base_size = unknown ? unknown->basicsize : chain->classes[0].basicsize;
	return &kind_opaque;
}
