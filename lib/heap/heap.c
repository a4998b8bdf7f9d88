// SPDX-License-Identifier: MIT
#include "heap/heap.h"

#include "heap/type.h"
#include "python/gc_link.h"

bool object_read(const struct heap *heap, addr_t address, struct object *ret)
{
	const uint8_t *bytes = image_at(heap->image, address, heap_field(heap, FIELD_object_size));
	if (!bytes || address % OBJECT_ALIGNMENT)
		return false;
	const struct type *type =
		types_get(heap, bytes_u64(bytes, heap_field(heap, FIELD_object_type)));
	if (!type)
		return false;
	*ret = (struct object){address, bytes, type};
	return true;
}

bool object_is_static_type(const struct heap *heap, const struct object *object)
{
	uint64_t flags;
	return object->type->is_metatype &&
	       !field_u64(&heap->python, object->address, FIELD_type_flags, &flags) &&
	       !(flags & TYPE_FLAG_HEAP);
}

bool object_is_tracked(const struct heap *heap, const struct object *object)
{
	return object->type->has_gc_head && !object_is_static_type(heap, object) &&
	       gc_link_is_tracked(&heap->python, object->address);
}

// object.__sizeof__()
static enum status default_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	const struct type *type = object->type;
	uint64_t count, size;
	*ret = type->basicsize;
	if (!type->itemsize)
		return STATUS_OK;
	enum status status = header_length(&heap->python, object->address, &count);
	if (status)
		return status;
	if (__builtin_mul_overflow(count, type->itemsize, &size))
		return STATUS_INVALID;
	*ret += size;
	return STATUS_OK;
}

// _PySys_GetSizeOf(), Python/sysmodule.c.
static bool counts_preheader(const struct heap *heap, const struct object *object)
{
	const struct layout_traits *traits = &heap->layout->traits;
	if (traits->counts_preheader_of_static_types || !object_is_static_type(heap, object))
		return true;
	return traits->counts_preheader_of_inexact_types &&
	       object->type->address != heap->runtime->well_known[WELL_KNOWN_type];
}

enum status object_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	const struct type *type = object->type;
	uint64_t size;
	enum status status = type->kind->size ? type->kind->size(heap, object, &size)
					      : default_size(heap, object, &size);
	if (status)
		return status;
	if (counts_preheader(heap, object))
		size += type->preheader;
	*ret = size;
	return STATUS_OK;
}
