// SPDX-License-Identifier: MIT
#include "heap/kind/dict.h"

#include "heap/dict_reader.h"
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

// Up to 3.10 the values of a split table have as much room as its keys, later as many as were
// wanted when the table was made: dict_sizeof() and _PyDict_SizeOf(), Objects/dictobject.c.
static uint64_t values_size(const struct heap *heap, const struct dict_keys *keys)
{
	bool has_usable_values = layout_has(heap->layout, FIELD_keys_log2_size);
	return WORD_SIZE * (has_usable_values ? keys->usable + keys->used : keys->capacity);
}

enum status dict_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	const uint8_t *bytes =
		image_at(heap->image, object->address, heap_field(heap, FIELD_dict_size));
	if (!bytes)
		return STATUS_UNREADABLE;
	struct dict_keys keys;
	enum status status =
		dict_keys_read(heap, bytes_u64(bytes, heap_field(heap, FIELD_dict_keys)), &keys);
	if (status)
		return status;
	*ret = object->type->basicsize;
	if (bytes_u64(bytes, heap_field(heap, FIELD_dict_values)))
		*ret += values_size(heap, &keys);
	if (keys.refcnt == 1) // others share the table
		*ret += keys.size_bytes;
	return STATUS_OK;
}

enum status dict_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct dict_reader reader;
	enum status status = dict_reader_init(heap, object->address, &reader);
	if (status)
		return status;
	struct dict_entry entry;
	while (dict_reader_next(&reader, &entry)) {
		visit(visitor, entry.key, EDGE_KEY, entry.position);
		visit(visitor, entry.value, EDGE_VALUE, entry.key);
	}
	return STATUS_OK;
}

enum status dict_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_dict_used, ret);
}

const struct kind kind_dict = {
	.name = "dict",
	.types = (const enum well_known[]){
		WELL_KNOWN_dict, WELL_KNOWN_frozendict, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = dict_size,
	.edges = dict_edges,
	.length = dict_length,
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
	.length = dict_length,
	.is_container = true,
};
