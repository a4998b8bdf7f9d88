// SPDX-License-Identifier: MIT
// Arrays of numpy. Their struct is part of its public binary interface and the same in 1.x and 2.x
// (numpy/ndarraytypes.h, PyArrayObject_fields); that of dtypes grew in 2.0 (PyArray_Descr).
#include "heap/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"

enum {
	HEADER = 16, // of objects; where it is longer, all that follows lies behind it
	ARRAY_DATA = 16,
	ARRAY_DIMENSION_COUNT = 24,
	ARRAY_DIMENSIONS = 32,
	ARRAY_BASE = 48,
	ARRAY_DTYPE = 56,
	ARRAY_FLAGS = 64,
	ARRAY_SIZE_MIN = 72,
	DTYPE_TYPE_NUMBER = 28,
	DTYPE_FLAGS_OLD = 27, // 8 bits
	DTYPE_ITEMSIZE_OLD = 32, // 32 bits
	DTYPE_FLAGS = 32,
	DTYPE_ITEMSIZE = 40,
	DTYPE_SIZE_OLD = 96, // sizeof(PyArray_Descr) of 1.x; no dtype of 2.x is as small
	OWNS_DATA = 4,	     // NPY_ARRAY_OWNDATA
	TYPE_OBJECT = 17,    // NPY_OBJECT
	HAS_OBJECTS = 1,     // NPY_ITEM_REFCOUNT
	DIMENSIONS_MAX = 64, // NPY_MAXDIMS of 2.x
};

static uint64_t header_extra(const struct heap *heap)
{
	return heap_field(heap, FIELD_object_size) - HEADER;
}

struct array_facts {
	addr_t data;
	uint64_t bytes; // of its data
	uint64_t dimension_count;
	uint32_t type_number;
	bool owns_data, has_objects;
};

static enum status read_dtype(
	const struct heap *heap, addr_t address, struct array_facts *facts, uint64_t *ret_itemsize)
{
	struct object dtype;
	if (!object_read(heap, address, &dtype))
		return STATUS_INVALID;
	const uint8_t *bytes = image_at(
		heap->image, address + header_extra(heap), DTYPE_ITEMSIZE + WORD_SIZE);
	if (!bytes)
		return STATUS_UNREADABLE;
	bool is_old = dtype.type->basicsize <= DTYPE_SIZE_OLD + header_extra(heap);
	facts->type_number = bytes_u32(bytes, DTYPE_TYPE_NUMBER);
	facts->has_objects =
		bytes_u8(bytes, is_old ? DTYPE_FLAGS_OLD : DTYPE_FLAGS) & HAS_OBJECTS;
	*ret_itemsize = is_old ? bytes_u32(bytes, DTYPE_ITEMSIZE_OLD)
			       : bytes_u64(bytes, DTYPE_ITEMSIZE);
	return STATUS_OK;
}

// The product of the dimensions. An array without any has one item.
static enum status count_items(
	const struct heap *heap, addr_t dimensions, uint64_t count, uint64_t *ret)
{
	uint64_t items = 1;
	if (count > DIMENSIONS_MAX)
		return STATUS_INVALID;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t length;
		if (!image_read_u64(heap->image, dimensions + i * WORD_SIZE, &length))
			return STATUS_UNREADABLE;
		if (__builtin_mul_overflow(items, length, &items))
			return STATUS_INVALID;
	}
	*ret = items;
	return STATUS_OK;
}

static enum status read_array(
	const struct heap *heap, const struct object *object, struct array_facts *ret)
{
	const uint8_t *bytes = image_at(
		heap->image, object->address + header_extra(heap), ARRAY_SIZE_MIN);
	if (!bytes)
		return STATUS_UNREADABLE;
	*ret = (struct array_facts){
		.data = bytes_u64(bytes, ARRAY_DATA),
		.dimension_count = bytes_u32(bytes, ARRAY_DIMENSION_COUNT),
		.owns_data = bytes_u32(bytes, ARRAY_FLAGS) & OWNS_DATA,
	};
	uint64_t itemsize = 0, items = 0;
	enum status status =
		read_dtype(heap, bytes_u64(bytes, ARRAY_DTYPE), ret, &itemsize);
	if (!status)
		status = count_items(heap, bytes_u64(bytes, ARRAY_DIMENSIONS),
			ret->dimension_count, &items);
	if (!status && (__builtin_mul_overflow(items, itemsize, &ret->bytes) ||
			       ret->bytes >> IMAGE_ADDRESS_BITS))
		return STATUS_INVALID;
	return status;
}

// numpy/core/src/multiarray/methods.c, array_sizeof(): the dimensions and strides always, the data
// where they are the array's own.
static enum status ndarray_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct array_facts facts;
	enum status status = read_array(heap, object, &facts);
	if (!status)
		*ret = object->type->basicsize + 2 * WORD_SIZE * facts.dimension_count +
			(facts.owns_data ? facts.bytes : 0);
	return status;
}

static void visit_word(const struct heap *heap, const struct object *object, uint64_t offset,
	const char *name, struct visitor *visitor)
{
	addr_t to;
	if (image_read_u64(heap->image, object->address + header_extra(heap) + offset, &to))
		visit_field(visitor, to, name);
}

// The data of views belong to the array that base leads to. Objects in records are found by looking
// at every word of them.
static enum status ndarray_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	visit_word(heap, object, ARRAY_DTYPE, "dtype", visitor);
	visit_word(heap, object, ARRAY_BASE, "base", visitor);
	struct array_facts facts;
	enum status status = read_array(heap, object, &facts);
	if (status || !facts.owns_data)
		return status;
	if (facts.type_number == TYPE_OBJECT)
		return struct_visit_array(heap, facts.data, (int64_t)(facts.bytes / WORD_SIZE),
			EDGE_INDEX, visitor);
	return facts.has_objects ? scan_memory(heap, facts.data, facts.bytes, visitor) : STATUS_OK;
}

const struct kind kind_ndarray = {
	.name = "ndarray",
	.type_names = (const char *const[]){"numpy.ndarray", NULL},
	.size_field = FIELD_COUNT,
	.size = ndarray_size,
	.edges = ndarray_edges,
};
