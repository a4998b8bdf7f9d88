// SPDX-License-Identifier: MIT
#include "heap/instance.h"

#include "heap/kind/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/dict.h"

// The words in front of an object whose type has a managed dict, as distances from the object
// (Include/internal/pycore_object.h):
//
//	      -32        -24       -16 and -8
//	3.11  values     dict      PyGC_Head
//	3.12  weakrefs   either    PyGC_Head	if the low bit is set: pointer to values, plus one
//	3.13  weakrefs   dict      PyGC_Head	values lie behind the object
enum {
	MANAGED_DICT_DISTANCE = 24,
	MANAGED_VALUES_DISTANCE = 32,
};

// Objects may be smaller than base_size: a static type is only a PyTypeObject. If the struct
// extends into memory that the image lacks, each field is tried on its own.
static enum status fields_edges_singly(const struct heap *heap, const struct object *object,
	const struct kind_field *fields, struct visitor *visitor)
{
	enum status status = STATUS_OK;
	for (; fields->field != FIELD_COUNT; fields++) {
		addr_t word;
		uint64_t offset = heap_field(heap, fields->field);
		if (offset + WORD_SIZE > object->type->base_size)
			continue;
		if (image_read_u64(heap->image, object->address + offset, &word))
			visit_field(visitor, word, fields->name);
		else
			status = STATUS_UNREADABLE;
	}
	return status;
}

static enum status fields_edges(const struct heap *heap, const struct object *object,
	const struct kind_field *fields, struct visitor *visitor)
{
	uint64_t size = object->type->base_size;
	const uint8_t *bytes = image_at(heap->image, object->address, size);
	if (!bytes)
		return fields_edges_singly(heap, object, fields, visitor);
	for (; fields->field != FIELD_COUNT; fields++) {
		uint64_t offset = heap_field(heap, fields->field);
		if (offset + WORD_SIZE <= size) // false for LAYOUT_ABSENT
			visit_field(visitor, bytes_u64(bytes, offset), fields->name);
	}
	return STATUS_OK;
}

static enum status slots_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	const struct type *type = object->type;
	const uint8_t *bytes = image_at(heap->image, object->address, type->basicsize);
	if (!bytes)
		return STATUS_UNREADABLE;
	for (uint32_t i = 0; i < type->slot_count; i++) {
		uint64_t offset = type->slots[i].offset;
		if (offset + WORD_SIZE <= type->basicsize)
			visit(visitor, bytes_u64(bytes, offset), EDGE_SLOT, type->slots[i].name);
	}
	return STATUS_OK;
}

static enum status values_edges(const struct heap *heap, const struct object *object,
	addr_t values, struct visitor *visitor)
{
	if (!object->type->cached_keys)
		return STATUS_INVALID;
	struct dict_reader reader;
	enum status status =
		dict_reader_init_values(&heap->python, object->type->cached_keys, values, &reader);
	if (status)
		return status;
	struct dict_entry entry;
	while (dict_reader_next(&reader, &entry))
		visit(visitor, entry.value, EDGE_ATTRIBUTE, entry.key);
	return STATUS_OK;
}

// The instance owns the values inside it while their header says that they are valid. Once somebody
// has asked for its __dict__, the dict owns them.
static enum status inline_values_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	if (!(object->type->flags & TYPE_FLAG_INLINE_VALUES))
		return STATUS_OK;
	addr_t values = object->address + object->type->basicsize;
	uint8_t is_valid;
	enum status status = field_u8(&heap->python, values, FIELD_values_valid, &is_valid);
	return !status && is_valid ? values_edges(heap, object, values, visitor) : status;
}

static enum status managed_dict_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	const struct layout_traits *traits = &heap->layout->traits;
	addr_t dict, values = 0;
	if (!image_read_u64(heap->image, object->address - MANAGED_DICT_DISTANCE, &dict))
		return STATUS_UNREADABLE;
	if (traits->has_separate_values_word &&
		!image_read_u64(heap->image, object->address - MANAGED_VALUES_DISTANCE, &values))
		return STATUS_UNREADABLE;
	if (traits->has_tagged_dict_or_values && dict & 1) {
		values = dict + 1;
		dict = 0;
	}
	if (dict) {
		visit_field(visitor, dict, NAME___dict__);
		return STATUS_OK;
	}
	if (values)
		return values_edges(heap, object, values, visitor);
	return traits->has_inline_values ? inline_values_edges(heap, object, visitor) : STATUS_OK;
}

// A negative tp_dictoffset counts from the end of a variable-sized object (_PyObject_GetDictPtr,
// Objects/object.c, up to 3.11).
static enum status dict_pointer_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	const struct type *type = object->type;
	addr_t place = object->address + (uint64_t)type->dictoffset, dict;
	if (type->dictoffset < 0) {
		uint64_t count;
		enum status status = struct_read(heap, object->address, FIELD_var_size, &count);
		if (status)
			return status;
		if ((int64_t)count < 0)
			count = -count;
		if (count >> IMAGE_ADDRESS_BITS || type->itemsize >> 16)
			return STATUS_INVALID;
		uint64_t size = type->basicsize + count * type->itemsize;
		place += (size + WORD_SIZE - 1) & ~(uint64_t)(WORD_SIZE - 1);
	}
	if (!image_read_u64(heap->image, place, &dict))
		return STATUS_UNREADABLE;
	visit_field(visitor, dict, NAME___dict__);
	return STATUS_OK;
}

static enum status attributes_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	if (heap->layout->traits.has_managed_dict && object->type->flags & TYPE_FLAG_MANAGED_DICT)
		return managed_dict_edges(heap, object, visitor);
	if (object->type->dictoffset)
		return dict_pointer_edges(heap, object, visitor);
	return STATUS_OK;
}

enum status object_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	const struct type *type = object->type;
	const struct kind *kind = type->kind;
	enum status status = STATUS_OK;
	if (kind->fields)
		status = fields_edges(heap, object, kind->fields, visitor);
	if (kind->edges)
		status = status_first(status, kind->edges(heap, object, visitor));
	if (type->base_size < type->c_size && !kind->extends_with_items)
		status = status_first(status,
			scan_object(heap, object, type->base_size, type->c_size, visitor));
	if (type->slot_count)
		status = status_first(status, slots_edges(heap, object, visitor));
	status = status_first(status, attributes_edges(heap, object, visitor));
	visit(visitor, type->address, EDGE_TYPE, 0);
	return status;
}
