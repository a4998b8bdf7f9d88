// SPDX-License-Identifier: MIT
// Single numbers of numpy. Their reported size is that of the struct plus once more that of the
// number inside it (numpy/core/src/multiarray/scalartypes.c.src, gentype_sizeof()); for bytes_ and
// void, plus the bytes that they show. The structs are in numpy/arrayscalars.h.
#include "heap/kind/numpy.h"
#include "heap/struct.h"
#include "heap/type.h"

static enum status fixed_size(const struct object *object, uint64_t bytes, uint64_t *ret)
{
	*ret = object->type->basicsize + bytes;
	return STATUS_OK;
}

#define SCALAR(bytes, ...)                                                                         \
	static enum status scalar_##bytes##_size(                                                  \
		const struct heap *heap, const struct object *object, uint64_t *ret)               \
	{                                                                                          \
		(void)heap;                                                                        \
		return fixed_size(object, bytes, ret);                                             \
	}                                                                                          \
	const struct kind kind_scalar_##bytes = {                                                  \
		.name = "scalar",                                                                  \
		.type_names = (const char *const[]){__VA_ARGS__, NULL},                            \
		.size_field = FIELD_COUNT,                                                         \
		.size = scalar_##bytes##_size,                                                     \
	}

SCALAR(1, "numpy.bool", "numpy.bool_", "numpy.int8", "numpy.uint8");
SCALAR(2, "numpy.int16", "numpy.uint16", "numpy.float16");
SCALAR(4, "numpy.int32", "numpy.uint32", "numpy.float32", "numpy.intc", "numpy.uintc");
SCALAR(8, "numpy.int64", "numpy.uint64", "numpy.longlong", "numpy.ulonglong", "numpy.float64",
	"numpy.complex64", "numpy.datetime64", "numpy.timedelta64");
SCALAR(16, "numpy.float128", "numpy.longdouble", "numpy.complex128");
SCALAR(32, "numpy.complex256", "numpy.clongdouble");

static enum status bytes_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

static enum status bytes_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t length;
	enum status status = bytes_length(heap, object, &length);
	if (!status)
		*ret = object->type->basicsize + 2 * length;
	return status;
}

const struct kind kind_scalar_bytes = {
	.name = "scalar_bytes",
	.type_names = (const char *const[]){"numpy.bytes_", NULL},
	.size_field = FIELD_COUNT,
	.size = bytes_size,
	.length = bytes_length,
};

// PyVoidScalarObject: a record taken from an array. Its bytes are its own or the array's.
enum {
	VOID_DATA = 24,
	VOID_DTYPE = 32,
	VOID_FLAGS = 40,
	VOID_BASE = 48,
	VOID_SIZE_MIN = 56,
	VOID_OWNS_DATA = 4, // NPY_ARRAY_OWNDATA
};

static enum status void_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t address;
	struct dtype_facts dtype;
	if (!image_read_u64(
		    heap->image, numpy_struct(heap, object->address) + VOID_DTYPE, &address))
		return STATUS_UNREADABLE;
	enum status status = dtype_read(heap, address, &dtype);
	return status ? status : fixed_size(object, dtype.itemsize, ret);
}

static enum status void_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct dtype_facts dtype;
	const uint8_t *bytes =
		image_at(heap->image, numpy_struct(heap, object->address), VOID_SIZE_MIN);
	if (!bytes)
		return STATUS_UNREADABLE;
	visit_field(visitor, bytes_u64(bytes, VOID_DTYPE), NAME_dtype);
	visit_field(visitor, bytes_u64(bytes, VOID_BASE), NAME_base);
	enum status status = dtype_read(heap, bytes_u64(bytes, VOID_DTYPE), &dtype);
	if (status || !(bytes_u32(bytes, VOID_FLAGS) & VOID_OWNS_DATA))
		return status;
	return dtype_visit_items(heap, &dtype, bytes_u64(bytes, VOID_DATA), 1, visitor);
}

const struct kind kind_scalar_void = {
	.name = "scalar_void",
	.type_names = (const char *const[]){"numpy.void", NULL},
	.size_field = FIELD_COUNT,
	.size = void_size,
	.edges = void_edges,
};
