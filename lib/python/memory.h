// SPDX-License-Identifier: MIT
// Where bytes of the interpreter are read: a copy of its memory, or the live process. What reads
// CPython's structs reads through this, so that it is the same for both.
//
// Of a copy a pointer into it is given, which costs one operation (target/image.h); of a live process
// the bytes are read into a buffer of the caller's, which costs a call of the kernel each time: some
// microseconds. Bytes of a live process change while they are read.
#pragma once

#include "base/error.h"
#include "result/address.h"
#include "target/image.h"

#include <stddef.h>
#include <stdint.h>

struct capture;
struct target;

// Borrowed pointers. With image, everything comes from the copy, and capture, to which that belongs,
// serves for memory that does not change: see memory_constant(). It may be NULL. Without image,
// everything is read from target.
struct memory {
	const struct image *image;
	const struct capture *capture;
	const struct target *target;
};

// memory_read_bytes() without a copy.
must_check enum status memory_read_live(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size);

// The size bytes at addr: *ret points into the copy, or to buffer, which has room for them; good until
// either changes. Any addr and size may be asked for. STATUS_UNREADABLE; of a live process also
// STATUS_PERMISSION, STATUS_GONE.
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

// The same, copied into buffer.
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

// The number at addr. Statuses as memory_view().
static inline must_check enum status memory_read_u64(
	const struct memory *memory, addr_t addr, uint64_t *ret)
{
	return memory_read_bytes(memory, addr, ret, sizeof(*ret));
}

// The size bytes at addr in memory that does not change while the process runs, such as a constant of
// a C module: from the copy, the constants of its capture or the process. Statuses as memory_view().
must_check enum status memory_constant(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size);

// The C string at addr, such as the name of a type, which does not change either: foreign bytes, cut
// after limit; the caller frees it. STATUS_NO_MEMORY, else as memory_view().
must_check enum status memory_c_string(
	const struct memory *memory, addr_t addr, size_t limit, char **ret);
