// SPDX-License-Identifier: MIT
#include "heap/kind/dict.h"

#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/dict.h"

enum status dict_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t tables;
	enum status status = dict_tables_size(&heap->python, object->address, &tables);
	if (!status)
		*ret = object->type->basicsize + tables;
	return status;
}

enum status dict_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct dict_reader reader;
	enum status status = dict_reader_init(&heap->python, object->address, &reader);
	if (status)
		return status;
	struct dict_entry entry;
	while (dict_reader_next(&reader, &entry)) {
		visit(visitor, entry.key, EDGE_KEY, entry.position);
		visit(visitor, entry.value, EDGE_VALUE, entry.key);
	}
	return STATUS_OK;
}

enum status dict_object_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return dict_length(&heap->python, object->address, ret);
}

const struct kind kind_dict = {
	.name = "dict",
	.types = (const enum well_known[]){
		WELL_KNOWN_dict, WELL_KNOWN_frozendict, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = dict_size,
	.edges = dict_edges,
	.length = dict_object_length,
	.is_container = true,
};

const struct kind kind_defaultdict = {
	.name = "defaultdict",
	.type_names = (const char *const[]){"collections.defaultdict", NULL},
	.size_field = FIELD_defaultdict_size,
	.fields = (const struct kind_field[]){
		{FIELD_defaultdict_factory, NAME_default_factory},
		{FIELD_COUNT, 0},
	},
	.size = dict_size,
	.edges = dict_edges,
	.length = dict_object_length,
	.is_container = true,
};
