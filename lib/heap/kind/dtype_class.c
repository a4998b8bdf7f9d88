// SPDX-License-Identifier: MIT
// The classes of numpy's dtypes. Each refers to a block of its own that describes conversions to
// other dtypes (numpy/core/src/multiarray/dtypemeta.h, NPY_DType_Slots): pointers to C functions,
// then an object and a dict, whose offsets change from release to release.
#include "heap/kind/kind.h"
#include "heap/kind/type.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"

enum {
	CLASS_SLOTS = 32,	      // dt_slots of PyArray_DTypeMeta, after its PyHeapTypeObject
	SLOTS_BYTES = 16 * WORD_SIZE, // the part of NPY_DType_Slots before PyArray_ArrFuncs
};

static enum status dtype_class_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t own = heap_field(heap, FIELD_heap_type_size), end = object->type->base_size;
	enum status status = type_edges(heap, object, visitor);
	status = status_first(status, scan_object(heap, object, own, end, visitor));
	addr_t slots;
	if (end < own + CLASS_SLOTS + WORD_SIZE)
		return status;
	if (!image_read_u64(heap->image, object->address + own + CLASS_SLOTS, &slots))
		return STATUS_UNREADABLE;
	if (slots)
		status = status_first(status, scan_memory(heap, slots, SLOTS_BYTES, visitor));
	return status;
}

const struct kind kind_dtype_class = {
	.name = "dtype_class",
	.type_names = (const char *const[]){"numpy._DTypeMeta", NULL},
	.size_field = FIELD_COUNT,
	.fields = type_references,
	.size = type_size,
	.edges = dtype_class_edges,
};
