// SPDX-License-Identifier: MIT
#include "python/int.h"

#include "../test.h"
#include "fake_live.h"

// An int of these digits, least first; size is -count for a negative one.
static addr_t make_int(struct fake *fake, addr_t type, int size, const uint32_t *digits)
{
	unsigned count = (unsigned)(size < 0 ? -size : size);
	addr_t object = fake_object(fake, type, 24 + 4 * (uint64_t)count + 8);
	if (layout_has(&fake->layout, FIELD_int_tag)) // sign: 0 positive, 1 zero, 2 negative
		fake_set(fake, object, FIELD_int_tag, count << 3 | (size < 0 ? 2 : size == 0));
	else
		fake_set(fake, object, FIELD_var_size, (uint64_t)(int64_t)size);
	memcpy(image_destination(fake->image, object + fake->layout.field[FIELD_int_digits]),
		digits, 4 * (size_t)count);
	return object;
}

static bool read_int(struct fake *fake, addr_t address, int64_t *ret)
{
	return !int_read_value(&fake->heap.python, address, ret);
}

static void check(struct fake *fake)
{
	addr_t type = fake_static_type(fake, "int", 24, 4, TYPE_FLAG_INT, fake->object);
	const uint32_t max = (1 << 30) - 1;
	const uint32_t small[] = {4711}, large[] = {5, 7, 9}, most[] = {max, max},
		       bad[] = {1u << 30};
	int64_t value = 42;
	CHECK(read_int(fake, make_int(fake, type, 1, small), &value) && value == 4711);
	CHECK(read_int(fake, make_int(fake, type, -1, small), &value) && value == -4711);
	CHECK(read_int(fake, make_int(fake, type, 0, small), &value) && value == 0);
	CHECK(read_int(fake, make_int(fake, type, 2, large), &value));
	CHECK(value == 5 + (INT64_C(7) << 30));
	CHECK(read_int(fake, make_int(fake, type, -2, most), &value));
	CHECK(value == 1 - (INT64_C(1) << 60));
	value = 42;
	CHECK(!read_int(fake, make_int(fake, type, 3, large), &value) && value == 42);
	CHECK(!read_int(fake, make_int(fake, type, 1, bad), &value));
	CHECK(!read_int(fake, fake_list(fake, NULL, 0), &value));
	CHECK(!read_int(fake, 0, &value) && !read_int(fake, UINT64_MAX - 7, &value));
	struct int_shape shape;
	CHECK(!int_read_shape(&fake->heap.python, make_int(fake, type, -3, large), &shape));
	CHECK(shape.digits == 3 && shape.is_negative);
	addr_t huge = make_int(fake, type, 1, small);
	fake_set(fake, huge, FIELD_var_size, UINT64_C(1) << 63);
	if (layout_has(&fake->layout, FIELD_int_tag))
		fake_set(fake, huge, FIELD_int_tag, UINT64_MAX);
	CHECK(!read_int(fake, huge, &value));
	CHECK(int_read_shape(&fake->heap.python, huge, &shape) == STATUS_INVALID);
}

int main(void)
{
	fake_run_both(0x030b02, NULL, check);
	fake_run_both(0x030d05, NULL, check);
	return test_done();
}
