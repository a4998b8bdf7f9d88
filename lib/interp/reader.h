// SPDX-License-Identifier: MIT
// Words of a target, out of an image or from live memory: what must work on both reads through this.
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "result/address.h"

#include <stddef.h>
#include <stdint.h>

struct image;
struct target;

// One of the two is set; both are borrowed.
struct reader {
	const struct image *image;
	const struct target *target;
};

// All size bytes at addr. STATUS_UNREADABLE; of live memory also STATUS_PERMISSION, STATUS_GONE.
must_check enum status reader_bytes(
	const struct reader *reader, addr_t addr, void *buffer, size_t size);

// The number in a field of the struct at base. STATUS_UNSUPPORTED where this CPython lacks the
// field; else as reader_bytes().
must_check enum status reader_u64(const struct reader *reader, const struct layout *layout,
	addr_t base, enum layout_field field, uint64_t *ret);
must_check enum status reader_i32(const struct reader *reader, const struct layout *layout,
	addr_t base, enum layout_field field, int32_t *ret);

// The same, and 0 where this CPython lacks the field.
must_check enum status reader_optional_u64(const struct reader *reader,
	const struct layout *layout, addr_t base, enum layout_field field, uint64_t *ret);
