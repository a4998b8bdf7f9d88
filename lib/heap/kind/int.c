// SPDX-License-Identifier: MIT
// int, bool among them. The number of digits is in ob_size, with the sign, or from 3.12 on in a tag
// of its own; then there is no ob_size although tp_itemsize says so.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

enum {
	DIGIT_SIZE = 4,
	TAG_DIGITS_SHIFT = 3, // below it are the sign and a mark (Include/cpython/longintrepr.h)
};

static enum status int_digits(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t word;
	bool has_tag = layout_has(heap->layout, FIELD_int_tag);
	enum status status = struct_read(
		heap, object->address, has_tag ? FIELD_int_tag : FIELD_var_size, &word);
	if (status)
		return status;
	if (has_tag)
		word >>= TAG_DIGITS_SHIFT;
	else if ((int64_t)word < 0)
		word = -word;
	if (word >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	*ret = word;
	return STATUS_OK;
}

// int___sizeof___impl(), Objects/longobject.c: before the tag came it disregarded what a subclass
// adds.
static enum status int_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t digits;
	enum status status = int_digits(heap, object, &digits);
	if (status)
		return status;
	if (!digits && heap->layout->traits.int_size_counts_one_digit)
		digits = 1;
	uint64_t header = layout_has(heap->layout, FIELD_int_tag) ?
				  object->type->basicsize :
				  heap_field(heap, FIELD_int_digits);
	*ret = header + DIGIT_SIZE * digits;
	return STATUS_OK;
}

const struct kind kind_int = {
	.name = "int",
	.types = (const enum well_known[]){WELL_KNOWN_int, WELL_KNOWN_bool, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = int_size,
};
