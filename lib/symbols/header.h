// SPDX-License-Identifier: MIT
// The header of objects, as far as it must be known before there is a layout. It has two forms:
//
//	  0  ob_refcnt   8  ob_type  16  ob_size   24  tp_name	in usual builds
//	 16  ob_refcnt  24  ob_type  32  ob_size   40  tp_name	behind two links with Py_TRACE_REFS
//								(3.8 to 3.12)
//	 16  counts     24  ob_type  32  ob_size   40  tp_name	free-threaded builds (3.13+)
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdint.h>

struct target;

enum {
	HEADER_TYPE = 8,
	HEADER_NAME = 24,
	HEADER_EXTRA = 16, // what all but the usual builds add
};

// How many bytes the header has more than usual, 0 or HEADER_EXTRA, by the type of types, which is
// its own type. STATUS_INVALID where it is in neither form; what target_read() returns.
must_check enum status header_read_extra(const struct target *target, addr_t type, uint32_t *ret);
