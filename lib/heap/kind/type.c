// SPDX-License-Identifier: MIT
// Types as objects. instance.c reads tp_dict, at the tp_dictoffset of type.
#include "heap/kind/type.h"

#include "heap/struct.h"
#include "heap/type.h"
#include "python/dict.h"

static enum status type_flags(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read(heap, object->address, FIELD_type_flags, ret);
}

// type___sizeof___impl(), Objects/typeobject.c: does not count slots or the fields of a metaclass.
enum status type_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t flags;
	addr_t cached = 0;
	struct dict_keys keys = {0};
	enum status status = type_flags(heap, object, &flags);
	if (status)
		return status;
	if (!(flags & TYPE_FLAG_HEAP)) {
		*ret = heap_field(heap, FIELD_type_size);
		return STATUS_OK;
	}
	status = struct_read(heap, object->address, FIELD_heap_type_cached_keys, &cached);
	if (!status && cached)
		status = dict_keys_read(&heap->python, cached, &keys, NULL);
	if (status)
		return status;
	*ret = heap_field(heap, FIELD_heap_type_size) + keys.size_bytes;
	return STATUS_OK;
}

static enum status visit_word(const struct heap *heap, const struct object *object,
	enum layout_field field, enum field_name name, struct visitor *visitor)
{
	addr_t word;
	enum status status = struct_read(heap, object->address, field, &word);
	if (status == STATUS_UNSUPPORTED)
		return STATUS_OK;
	if (!status)
		visit_field(visitor, word, name);
	return status;
}

// Reports the names of the attributes that instances keep as inline values.
static enum status cached_keys_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t keys;
	enum status status =
		struct_read(heap, object->address, FIELD_heap_type_cached_keys, &keys);
	if (status || !keys)
		return status;
	struct dict_reader reader;
	status = dict_reader_init_keys(&heap->python, keys, &reader);
	if (status)
		return status;
	struct dict_entry entry;
	while (dict_reader_next(&reader, &entry))
		visit(visitor, entry.key, EDGE_KEY, entry.position);
	return STATUS_OK;
}

static enum status heap_type_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	static const struct kind_field fields[] = {
		{FIELD_heap_type_name, NAME___name__},
		{FIELD_heap_type_qualname, NAME___qualname__},
		{FIELD_heap_type_slots, NAME___slots__},
		{FIELD_heap_type_module, NAME_ht_module},
	};
	enum status status = STATUS_OK;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		status = status_first(status,
			visit_word(heap, object, fields[i].field, fields[i].name, visitor));
	return status_first(status, cached_keys_edges(heap, object, visitor));
}

// From 3.12 on tp_subclasses of a static builtin type is an index into the interpreter's state. The
// roots cover those.
enum status type_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t flags;
	enum status status = type_flags(heap, object, &flags);
	if (status)
		return status;
	bool has_state = heap->layout->traits.has_static_type_states &&
			 flags & TYPE_FLAG_STATIC_BUILTIN;
	if (!has_state)
		status = visit_word(heap, object, FIELD_type_subclasses, NAME_tp_subclasses, visitor);
	if (flags & TYPE_FLAG_HEAP)
		status = status_first(status, heap_type_edges(heap, object, visitor));
	return status;
}

const struct kind_field type_references[] = {
	{FIELD_type_base, NAME___base__},
	{FIELD_type_bases, NAME___bases__},
	{FIELD_type_mro, NAME___mro__},
	{FIELD_type_cache, NAME_tp_cache},
	{FIELD_COUNT, 0},
};

const struct kind kind_type = {
	.name = "type",
	.types = (const enum well_known[]){WELL_KNOWN_type, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = type_references,
	.size = type_size,
	.edges = type_edges,
};
