// SPDX-License-Identifier: MIT
// Where the interpreter's memory is read from: a copy, or the live process. All readers of
// CPython's structs use this, so that they work with both.
//
// Reading a copy returns a pointer into it, which costs one operation (target/image.h). Reading a
// live process fills the caller's buffer, which costs a system call each time, that is some
// microseconds. A live process may change its memory meanwhile.
#pragma once

#include "base/error.h"
#include "result/address.h"
#include "target/image.h"

#include <stddef.h>
#include <stdint.h>

struct capture;
struct target;

// Borrowed pointers. With image, everything is read from the copy; capture, to which the copy
// belongs, then has the memory that does not change (see memory_constant()), and may be NULL.
// Without image, everything is read from target.
struct memory {
	const struct image *image;
	const struct capture *capture;
	const struct target *target;
};

// memory_read_bytes() of the live process.
must_check enum status memory_read_live(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size);

// Sets *ret to the size bytes at addr: in the copy, or in buffer, which has room for them. Valid
// until either changes. addr and size may have any value. STATUS_UNREADABLE; for a live process
// also STATUS_PERMISSION, STATUS_GONE.
static inline must_check enum status memory_view(const struct memory *memory, addr_t addr,
	uint64_t size, void *buffer, const void **ret)
{
	if (__builtin_expect(memory->image != NULL, 1)) {
		const void *bytes = image_at(memory->image, addr, size);
		*ret = bytes;
		return bytes ? STATUS_OK : STATUS_UNREADABLE;
	}
	*ret = buffer;
	return memory_read_live(memory, addr, buffer, size);
}

// The same, but copies the bytes into buffer.
static inline must_check enum status memory_read_bytes(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size)
{
	if (__builtin_expect(memory->image == NULL, 0))
		return memory_read_live(memory, addr, buffer, size);
	const void *bytes = image_at(memory->image, addr, size);
	if (!bytes)
		return STATUS_UNREADABLE;
	memcpy(buffer, bytes, size);
	return STATUS_OK;
}

// Reads the number at addr. Statuses as memory_view().
static inline must_check enum status memory_read_u64(
	const struct memory *memory, addr_t addr, uint64_t *ret)
{
	return memory_read_bytes(memory, addr, ret, sizeof(*ret));
}

// Reads size bytes at addr in memory that does not change while the process runs, such as a
// constant of a C module: from the copy, the constants of its capture, or the process. Statuses as
// memory_view().
must_check enum status memory_constant(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size);

// Reads the C string at addr, such as the name of a type, in memory that does not change. The bytes
// are not trusted; they are cut at limit. The caller frees *ret. STATUS_NO_MEMORY; otherwise as
// memory_view().
must_check enum status memory_c_string(
	const struct memory *memory, addr_t addr, size_t limit, char **ret);
