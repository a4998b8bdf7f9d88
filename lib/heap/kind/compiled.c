// SPDX-License-Identifier: MIT
// Instances of classes that mypyc compiled; and objects of numpy whose structs change from release
// to release. All their words are scanned: they are references, plain numbers and pointers into
// code. A borrowed reference leads only to an object that others hold too.
#include "heap/kind/compiled.h"

#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"

const struct kind kind_compiled = {
	.name = "compiled",
	.type_names = (const char *const[]){
		"_cython_*.async_generator",
		"_cython_*.coroutine",
		"_cython_*.coroutine_wrapper",
		"_cython_*.generator",
		"numpy._ArrayFunctionDispatcher",
		"numpy._ArrayMethod",
		"numpy._BoundArrayMethod",
		"numpy.ufunc",
		NULL},
	.size_field = FIELD_COUNT,
	.edges = scan_struct,
};

// The value of an int attribute is a number times two, or the address of an int plus one
// (mypyc/lib-rt/CPy.h, CPyTagged).
static void visit_tagged_ints(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t end = object->type->base_size;
	const uint8_t *bytes = image_at(heap->image, object->address, end);
	for (uint64_t offset = heap_field(heap, FIELD_object_size); bytes && offset + WORD_SIZE <= end;
		offset += WORD_SIZE) {
		addr_t word = bytes_u64(bytes, offset), address = word - 1;
		struct object target;
		if (word & 1 && image_holds_page(heap->image, address) &&
			scan_is_object(heap, address) && object_read(heap, address, &target) &&
			target.type->flags & TYPE_FLAG_INT)
			visit(visitor, address, EDGE_OPAQUE, offset);
	}
}

static enum status mypyc_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	visit_tagged_ints(heap, object, visitor);
	return scan_struct(heap, object, visitor);
}

// Found by an attribute of the class (heap/type.c), not by name.
const struct kind kind_mypyc = {
	.name = "mypyc",
	.size_field = FIELD_COUNT,
	.edges = mypyc_edges,
};
