// SPDX-License-Identifier: MIT
// numpy's arrays and iterators over them. Their structs are part of its public binary interface and
// the same in 1.x and 2.x (numpy/ndarraytypes.h: PyArrayObject_fields, PyArrayIterObject).
#include "heap/kind/numpy.h"

#include "heap/struct.h"
#include "heap/type.h"

enum {
	ARRAY_DATA = 16,
	ARRAY_DIMENSION_COUNT = 24,
	ARRAY_DIMENSIONS = 32,
	ARRAY_BASE = 48,
	ARRAY_DTYPE = 56,
	ARRAY_FLAGS = 64,
	ARRAY_SIZE_MIN = 72,
	ARRAY_ALLOCATOR = 88, // since 1.22: the capsule of the allocator of the data
	OWNS_DATA = 4,	     // NPY_ARRAY_OWNDATA
	DIMENSIONS_MAX = 64, // NPY_MAXDIMS of 2.x
	ITERATOR_ARRAY = 1576,
};

struct array_facts {
	struct dtype_facts dtype;
	addr_t data;
	uint64_t items, bytes; // of its data
	uint64_t dimension_count;
	bool owns_data;
};

// The product of the dimensions. An array without dimensions has one item.
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
		heap->image, numpy_struct(heap, object->address), ARRAY_SIZE_MIN);
	if (!bytes)
		return STATUS_UNREADABLE;
	*ret = (struct array_facts){
		.data = bytes_u64(bytes, ARRAY_DATA),
		.dimension_count = bytes_u32(bytes, ARRAY_DIMENSION_COUNT),
		.owns_data = bytes_u32(bytes, ARRAY_FLAGS) & OWNS_DATA,
	};
	enum status status = dtype_read(heap, bytes_u64(bytes, ARRAY_DTYPE), &ret->dtype);
	if (!status)
		status = count_items(heap, bytes_u64(bytes, ARRAY_DIMENSIONS),
			ret->dimension_count, &ret->items);
	if (!status && (__builtin_mul_overflow(ret->items, ret->dtype.itemsize, &ret->bytes) ||
			       ret->bytes >> IMAGE_ADDRESS_BITS))
		return STATUS_INVALID;
	return status;
}

// numpy/core/src/multiarray/methods.c, array_sizeof(): always the dimensions and strides; the data
// only if the array owns them.
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

static bool has_word(const struct heap *heap, const struct object *object, uint64_t offset)
{
	return object->type->base_size >= numpy_struct(heap, offset) + WORD_SIZE;
}

static void visit_word(const struct heap *heap, const struct object *object, uint64_t offset,
	enum field_name name, struct visitor *visitor)
{
	addr_t to;
	if (image_read_u64(heap->image, numpy_struct(heap, object->address) + offset, &to))
		visit_field(visitor, to, name);
}

// The data of a view belong to the array in base.
static enum status ndarray_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	visit_word(heap, object, ARRAY_DTYPE, NAME_dtype, visitor);
	visit_word(heap, object, ARRAY_BASE, NAME_base, visitor);
	if (has_word(heap, object, ARRAY_ALLOCATOR))
		visit_word(heap, object, ARRAY_ALLOCATOR, NAME_mem_handler, visitor);
	struct array_facts facts;
	enum status status = read_array(heap, object, &facts);
	if (status || !facts.owns_data)
		return status;
	return dtype_visit_items(heap, &facts.dtype, facts.data, facts.items, visitor);
}

const struct kind kind_ndarray = {
	.name = "ndarray",
	.type_names = (const char *const[]){"numpy.ndarray", NULL},
	.size_field = FIELD_COUNT,
	.size = ndarray_size,
	.edges = ndarray_edges,
};

// The rest of the struct is numbers; the last ones may be uninitialized.
static enum status flat_iterator_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	if (!has_word(heap, object, ITERATOR_ARRAY))
		return STATUS_INVALID;
	visit_word(heap, object, ITERATOR_ARRAY, NAME_base, visitor);
	return STATUS_OK;
}

const struct kind kind_flat_iterator = {
	.name = "flat_iterator",
	.type_names = (const char *const[]){"numpy.flatiter", NULL},
	.size_field = FIELD_COUNT,
	.edges = flat_iterator_edges,
};
