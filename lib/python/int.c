// SPDX-License-Identifier: MIT
#include "python/int.h"

#include "python/field.h"
#include "python/header.h"
#include "python/type.h"

enum {
	DIGIT_BITS = 30, // PyLong_SHIFT, Include/cpython/longintrepr.h
	DIGITS_MAX = 2,
	SIGN_MASK = 3, // of lv_tag: 0 positive, 1 zero, 2 negative
	SIGN_NEGATIVE = 2,
	TAG_SHIFT = 3, // the sign and a flag are below the number of digits
};

enum status int_read_shape(const struct python *python, addr_t addr, struct int_shape *ret)
{
	uint64_t word = 0;
	bool has_tag = field_is_known(python, FIELD_int_tag);
	enum status status =
		field_u64(python, addr, has_tag ? FIELD_int_tag : FIELD_var_size, &word);
	if (status)
		return status;
	struct int_shape shape = {.digits = word >> TAG_SHIFT,
		.is_negative = (word & SIGN_MASK) == SIGN_NEGATIVE};
	if (!has_tag) {
		shape.is_negative = (int64_t)word < 0;
		shape.digits = shape.is_negative ? -word : word;
	}
	if (shape.digits >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	*ret = shape;
	return STATUS_OK;
}

enum status int_read_value(const struct python *python, addr_t addr, int64_t *ret)
{
	struct int_shape shape = {0};
	uint32_t digits[DIGITS_MAX];
	addr_t type = 0;
	uint64_t flags = 0;
	enum status status = header_type(python, addr, &type);
	if (!status)
		status = field_u64(python, type, FIELD_type_flags, &flags);
	if (!status)
		status = int_read_shape(python, addr, &shape);
	if (status)
		return status;
	if (!(flags & TYPE_FLAG_INT) || shape.digits > DIGITS_MAX)
		return STATUS_INVALID;
	status = memory_read_bytes(&python->memory, addr + field_offset(python, FIELD_int_digits),
		digits, shape.digits * sizeof(digits[0]));
	if (status)
		return status;
	int64_t value = 0;
	for (uint64_t i = 0; i < shape.digits; i++) {
		if (digits[i] >> DIGIT_BITS)
			return STATUS_INVALID;
		value |= (int64_t)((uint64_t)digits[i] << i * DIGIT_BITS);
	}
	*ret = shape.is_negative ? -value : value;
	return STATUS_OK;
}
