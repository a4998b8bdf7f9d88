// SPDX-License-Identifier: MIT
// int objects: sign and digits. Up to 3.11 ob_size has the number of digits, with the sign. From
// 3.12 on a separate tag has it; there is no ob_size, although tp_itemsize is not 0
// (Include/cpython/longintrepr.h).
#pragma once

#include "base/error.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

enum { INT_DIGIT_SIZE = 4 }; // bytes for each 30 bits

struct int_shape {
	uint64_t digits; // smaller than any memory's size
	bool is_negative;
};

// Reads the number of digits of the int (or bool, or subclass instance) at addr, without checking
// its type. STATUS_INVALID; otherwise as memory_view().
must_check enum status int_read_shape(
	const struct python *python, addr_t addr, struct int_shape *ret);

// Reads the value of an int of at most 60 bits, that is two digits. STATUS_INVALID: the object at
// addr is no int, or larger; otherwise as memory_view().
must_check enum status int_read_value(const struct python *python, addr_t addr, int64_t *ret);
