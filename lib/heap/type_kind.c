// SPDX-License-Identifier: MIT
#include "heap/type_kind.h"

#include "base/guard.h"
#include "heap/dict_reader.h"
#include "heap/kind/compiled.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "heap/type_fields.h"
#include "heap/type_name.h"

#include <stdlib.h>
#include <string.h>

static bool kind_has_address(const struct kind *kind, const struct runtime *runtime, addr_t address)
{
	if (!kind->types)
		return false;
	for (const enum well_known *type = kind->types; *type != WELL_KNOWN_COUNT; type++)
		if (runtime->well_known[*type] == address)
			return true;
	return false;
}

// A star stands for any text.
static bool name_matches(const char *pattern, const char *name)
{
	const char *star = strchr(pattern, '*');
	if (!star)
		return !strcmp(pattern, name);
	size_t before = (size_t)(star - pattern);
	if (strncmp(pattern, name, before))
		return false;
	for (name += before;; name++) {
		if (name_matches(star + 1, name))
			return true;
		if (!*name)
			return false;
	}
}

static bool is_one_of(const char *const *patterns, const char *name)
{
	for (; *patterns; patterns++)
		if (name_matches(*patterns, name))
			return true;
	return false;
}

static bool kind_has_size(const struct kind *kind, const struct heap *heap, uint64_t basicsize)
{
	if (kind->size_field == FIELD_COUNT)
		return true;
	return heap_field(heap, kind->size_field) == basicsize;
}

static bool has_mark(const struct heap *heap, const struct type_fields *class, const char *mark)
{
	addr_t value;
	return class->dict && dict_find(heap, class->dict, mark, &value) == STATUS_OK;
}

// Whether a method of a C class is at address and has this name of its own. Its type is not read:
// it could be the one that is being read.
static bool is_method_named(const struct heap *heap, addr_t address, const char *name)
{
	addr_t type, str;
	return !struct_read(heap, address, FIELD_object_type, &type) &&
	       type == heap->runtime->well_known[WELL_KNOWN_method_descriptor] &&
	       !struct_read(heap, address, FIELD_descriptor_name, &str) &&
	       str_equals(heap, str, name);
}

// What mypyc makes of a function inside another, and of the variables that they share, has neither
// the mark nor, in its tp_name, a module.
static bool is_function_of_mypyc(const struct type_fields *class, const char *name)
{
	static const char *const patterns[] = {"*_env", "*_gen", "*_obj", NULL};
	return class->flags & TYPE_FLAG_HEAP && !strchr(name, '.') && is_one_of(patterns, name);
}

// Classes of Cython have a table of their C methods, or methods for pickle that lie in the dict
// under another name than their own.
static bool is_made_by_cython(
	const struct heap *heap, const struct type_fields *class, const char *name)
{
	addr_t reduce;
	if (has_mark(heap, class, "__pyx_vtable__") || has_mark(heap, class, "__reduce_cython__"))
		return true;
	if (class->dict && !dict_find(heap, class->dict, "__reduce__", &reduce) &&
		is_method_named(heap, reduce, "__reduce_cython__"))
		return true;
	return is_one_of(cython_names, name);
}

static const struct kind *kind_compiled_for(
	const struct heap *heap, const struct capture *capture, const struct type_fields *class)
{
	AUTO(freep) char *name = NULL;
	if (c_string_read(heap, capture, class->name, &name) != STATUS_OK)
		return &kind_opaque;
	if (has_mark(heap, class, MYPYC_MARK) || is_function_of_mypyc(class, name))
		return &kind_mypyc;
	if (is_made_by_cython(heap, class, name))
		return &kind_cython;
	return is_one_of(foreign_names, name) ? &kind_foreign : &kind_opaque;
}

// The tp_name of classes of mypyc lacks the module: mypy has a NoneType of its own.
static const struct kind *kind_named(
	const struct heap *heap, const struct capture *capture, const struct type_fields *class)
{
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_address(*kind, heap->runtime, class->address))
			return *kind;

	AUTO(freep) char *name = NULL;
	if (c_string_read(heap, capture, class->name, &name) != STATUS_OK)
		return NULL;
	if (class->flags & TYPE_FLAG_HEAP && !strchr(name, '.') &&
		has_mark(heap, class, MYPYC_MARK))
		return NULL;
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if ((*kind)->type_names && is_one_of((*kind)->type_names, name) &&
			kind_has_size(*kind, heap, class->basicsize))
			return *kind;
	return NULL;
}

// A class statement adds nothing to the C struct: __slots__, __dict__ and weak references are read
// by what the type says of them. Neither does a C class of the same size as its base.
const struct kind *type_kind_find(const struct heap *heap, const struct capture *capture,
	const struct type_chain *chain, uint64_t *ret_base_size, uint64_t *ret_c_size)
{
	const struct type_fields *nearest_c = NULL;
	const struct type_fields *unknown = NULL; // the nearest class with fields nobody knows
	for (unsigned i = 0; i < chain->count; i++) {
		const struct type_fields *class = &chain->classes[i];
		if (!class->is_made_in_c)
			continue;
		if (!nearest_c)
			nearest_c = class;
		const struct kind *kind = kind_named(heap, capture, class);
		if (kind && !(kind == &kind_instance && unknown)) {
			*ret_base_size = class->basicsize;
			*ret_c_size = nearest_c->basicsize;
			return kind;
		}
		bool has_base = i + 1 < chain->count;
		if (!unknown && !(has_base && class[1].basicsize == class->basicsize))
			unknown = class;
	}
	*ret_base_size = unknown ? unknown->basicsize : chain->classes[0].basicsize;
	*ret_c_size = *ret_base_size;
	return unknown ? kind_compiled_for(heap, capture, unknown) : &kind_opaque;
}
