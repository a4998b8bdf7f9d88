// SPDX-License-Identifier: MIT
// int objects: sign and digits. Up to 3.11 their number is in ob_size, with the sign; from 3.12 on in
// a tag of its own, and there is no ob_size although tp_itemsize says so
// (Include/cpython/longintrepr.h).
#pragma once

#include "base/error.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

enum { INT_DIGIT_SIZE = 4 }; // bytes for each 30 bits

struct int_shape {
	uint64_t digits; // below any memory's size
	bool is_negative;
};

// Reads how many digits the int (bool, instance of a subclass) at addr has, without looking at its
// type. STATUS_INVALID; else as memory_view().
must_check enum status int_read_shape(
	const struct python *python, addr_t addr, struct int_shape *ret);

// The value of an int of at most 60 bits, which is two digits. STATUS_INVALID where the object at addr
// is no int, or is larger; else as memory_view().
must_check enum status int_read_value(const struct python *python, addr_t addr, int64_t *ret);
