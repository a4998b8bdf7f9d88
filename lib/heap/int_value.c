// SPDX-License-Identifier: MIT
#include "heap/int_value.h"

#include "heap/type.h"

enum {
	DIGIT_BITS = 30, // PyLong_SHIFT, Include/cpython/longintrepr.h
	DIGITS_MAX = 2,
	SIGN_MASK = 3, // of lv_tag: 0 positive, 1 zero, 2 negative
	SIGN_NEGATIVE = 2,
	TAG_SHIFT = 3,
};

// How many digits there are, and the sign. Up to 3.11 both are in ob_size, then in lv_tag.
static bool read_shape(
	const struct heap *heap, addr_t address, uint64_t *ret_digits, bool *ret_is_negative)
{
	const struct layout *layout = heap->layout;
	bool has_tag = layout_has(layout, FIELD_int_tag);
	uint64_t word;
	if (!image_read_u64(heap->image,
		    address + layout->field[has_tag ? FIELD_int_tag : FIELD_var_size], &word))
		return false;
	if (has_tag) {
		*ret_digits = word >> TAG_SHIFT;
		*ret_is_negative = (word & SIGN_MASK) == SIGN_NEGATIVE;
	} else {
		*ret_is_negative = (int64_t)word < 0;
		*ret_digits = *ret_is_negative ? -word : word;
	}
	return true;
}

bool int_value_read(const struct heap *heap, const struct object *object, int64_t *ret)
{
	uint64_t digits;
	bool is_negative;
	if (!(object->type->flags & TYPE_FLAG_INT) ||
		!read_shape(heap, object->address, &digits, &is_negative) || digits > DIGITS_MAX)
		return false;
	const uint8_t *bytes =
		image_at(heap->image, object->address + heap_field(heap, FIELD_int_digits),
			DIGITS_MAX * sizeof(uint32_t));
	if (!bytes)
		return false;
	int64_t value = 0;
	for (uint64_t i = 0; i < digits; i++) {
		uint64_t digit = bytes_u32(bytes, i * sizeof(uint32_t));
		if (digit >> DIGIT_BITS)
			return false;
		value |= (int64_t)(digit << i * DIGIT_BITS);
	}
	*ret = is_negative ? -value : value;
	return true;
}
