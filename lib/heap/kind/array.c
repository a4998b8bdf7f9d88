// SPDX-License-Identifier: MIT
// array.array owns memory but no objects (Modules/arraymodule.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

static const uint32_t ITEMSIZE_MAX = 16;

// The descriptor is a constant of the C module, so it is not in the copy.
static enum status array_itemsize(
	const struct heap *heap, const struct object *object, uint32_t *ret)
{
	addr_t descriptor;
	enum status status =
		struct_read(heap, object->address, FIELD_array_descriptor, &descriptor);
	if (!status)
		status = memory_constant(&heap->python.memory,
			descriptor + heap_field(heap, FIELD_array_itemsize), ret, sizeof(*ret));
	if (!status && *ret > ITEMSIZE_MAX)
		return STATUS_INVALID;
	return status;
}

static enum status array_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t allocated;
	uint32_t itemsize = 0;
	enum status status =
		struct_read_length(heap, object->address, FIELD_array_allocated, &allocated);
	if (!status && allocated)
		status = array_itemsize(heap, object, &itemsize);
	if (!status)
		*ret = object->type->basicsize + allocated * itemsize;
	return status;
}

static enum status array_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

const struct kind kind_array = {
	.name = "array",
	.type_names = (const char *const[]){"array.array", NULL},
	.size_field = FIELD_array_size,
	.size = array_size,
	.length = array_length,
	.is_container = true,
};
