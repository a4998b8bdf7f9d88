// SPDX-License-Identifier: MIT
// int and bool.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/int.h"

// int___sizeof___impl(), Objects/longobject.c: in versions without lv_tag it ignored what a
// subclass adds.
static enum status int_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct int_shape shape;
	enum status status = int_read_shape(&heap->python, object->address, &shape);
	if (status)
		return status;
	uint64_t digits = shape.digits;
	if (!digits && heap->layout->traits.int_size_counts_one_digit)
		digits = 1;
	uint64_t header = layout_has(heap->layout, FIELD_int_tag) ?
				  object->type->basicsize :
				  heap_field(heap, FIELD_int_digits);
	*ret = header + INT_DIGIT_SIZE * digits;
	return STATUS_OK;
}

const struct kind kind_int = {
	.name = "int",
	.types = (const enum well_known[]){WELL_KNOWN_int, WELL_KNOWN_bool, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = int_size,
};
