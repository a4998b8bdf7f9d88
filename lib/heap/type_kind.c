// SPDX-License-Identifier: MIT
#include "heap/type_kind.h"

#include "base/guard.h"
#include "heap/dict_reader.h"
#include "heap/kind_compiled.h"
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

// A pattern may have one star, for any text.
static bool name_matches(const char *pattern, const char *name)
{
	const char *star = strchr(pattern, '*');
	if (!star)
		return !strcmp(pattern, name);
	size_t before = (size_t)(star - pattern), after = strlen(star + 1), length = strlen(name);
	return length >= before + after && !strncmp(pattern, name, before) &&
	       !strcmp(star + 1, name + length - after);
}

static bool kind_has_name(const struct kind *kind, const char *name)
{
	if (!kind->type_names || !name)
		return false;
	for (const char *const *type = kind->type_names; *type; type++)
		if (name_matches(*type, name))
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

static bool is_made_by_mypyc(const struct heap *heap, const struct type_fields *class)
{
	return has_mark(heap, class, MYPYC_MARK);
}

static bool is_made_by_cython(
	const struct heap *heap, const struct target *target, const struct type_fields *class)
{
	AUTO(freep) char *name = NULL;
	if (has_mark(heap, class, CYTHON_MARK_TABLE) || has_mark(heap, class, CYTHON_MARK_PICKLE))
		return true;
	return c_string_read(heap, target, class->name, &name) == STATUS_OK &&
	       strstr(name, CYTHON_MARK_SCOPE);
}

static const struct kind *kind_compiled_for(
	const struct heap *heap, const struct target *target, const struct type_fields *class)
{
	if (is_made_by_mypyc(heap, class))
		return &kind_mypyc;
	return is_made_by_cython(heap, target, class) ? &kind_cython : &kind_opaque;
}

// The tp_name of classes of mypyc lacks the module: mypy has a NoneType of its own.
static const struct kind *kind_named(
	const struct heap *heap, const struct target *target, const struct type_fields *class)
{
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_address(*kind, heap->runtime, class->address))
			return *kind;

	AUTO(freep) char *name = NULL;
	if (c_string_read(heap, target, class->name, &name) != STATUS_OK)
		return NULL;
	if (class->flags & TYPE_FLAG_HEAP && !strchr(name, '.') && is_made_by_mypyc(heap, class))
		return NULL;
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_name(*kind, name) && kind_has_size(*kind, heap, class->basicsize))
			return *kind;
	return NULL;
}

// A class statement adds nothing to the C struct: __slots__, __dict__ and weak references are read
// by what the type says of them. Neither does a C class of the same size as its base.
const struct kind *type_kind_find(const struct heap *heap, const struct target *target,
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
		const struct kind *kind = kind_named(heap, target, class);
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
	return unknown ? kind_compiled_for(heap, target, unknown) : &kind_opaque;
}
