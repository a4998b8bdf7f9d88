// SPDX-License-Identifier: MIT
// bytes and bytearray.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

static enum status bytes_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

// __sizeof__ counts the buffer also if it is a bytes object of its own (3.15): bytearray_sizeof(),
// Objects/bytearrayobject.c.
static enum status bytearray_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t allocated;
	enum status status = struct_read_length(
		heap, object->address, FIELD_bytearray_alloc, &allocated);
	if (status)
		return status;
	*ret = object->type->basicsize + allocated;
	if (allocated && layout_has(heap->layout, FIELD_bytearray_bytes_object))
		*ret += heap_field(heap, FIELD_bytes_data) + 1;
	return STATUS_OK;
}

const struct kind kind_bytes = {
	.name = "bytes",
	.types = (const enum well_known[]){WELL_KNOWN_bytes, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.length = bytes_length,
};

const struct kind kind_bytearray = {
	.name = "bytearray",
	.types = (const enum well_known[]){WELL_KNOWN_bytearray, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_bytearray_bytes_object, NAME_buffer},
		{FIELD_COUNT, 0},
	},
	.size = bytearray_size,
	.length = bytes_length,
	.is_container = true,
};
