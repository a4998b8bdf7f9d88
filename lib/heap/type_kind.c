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

static const struct kind *kind_named(
	const struct heap *heap, const struct target *target, const struct type_fields *class)
{
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_address(*kind, heap->runtime, class->address))
			return *kind;

	AUTO(freep) char *name = NULL;
	if (c_string_read(heap, target, class->name, &name) != STATUS_OK)
		return NULL;
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_name(*kind, name) && kind_has_size(*kind, heap, class->basicsize))
			return *kind;
	return NULL;
}

static bool is_made_by_mypyc(const struct heap *heap, const struct type_fields *class)
{
	addr_t value;
	return class->dict && dict_find(heap, class->dict, MYPYC_MARK, &value) == STATUS_OK;
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
	return unknown && is_made_by_mypyc(heap, unknown) ? &kind_mypyc : &kind_opaque;
}
