// SPDX-License-Identifier: MIT
// The interpreter states of a runtime, read from an image or live. Others call
// runtime_read_interpreters() and runtime_is_collecting() of runtime.h.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stddef.h>

struct interpreter;
struct reader;
struct runtime;

// Bits of a link of a collector's list that are no address: flags of the object and the mark of a
// collection in progress (Include/internal/pycore_gc.h, _PyGC_PREV_MASK, NEXT_MASK_UNREACHABLE).
static const addr_t GC_LINK_FLAGS = 3;

// As runtime_read_interpreters(), from wherever reader reads.
must_check enum status interpreters_read(const struct runtime *runtime, const struct reader *reader,
	struct interpreter **ret, size_t *ret_count, struct error *err);
