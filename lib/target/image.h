// SPDX-License-Identifier: MIT
// A copy of a target's memory at one moment. Each page is in our address space at the target's
// address with one bit flipped, so that following a pointer costs one operation:
//
//	target  0x00007f3a12345000          copy at  0x00005f3a12345000   (flip 0x200000000000)
//
// and one bit for each page tells whether the copy has it. The memory is reused from sample to
// sample, so that from the second sample on most pages are faulted in already.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "base/vector.h"
#include "result/address.h"
#include "target/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	IMAGE_PAGE_BITS = 12, // the smallest page size of any machine
	IMAGE_PAGE_SIZE = 1 << IMAGE_PAGE_BITS,
	IMAGE_HUGE_PAGE_SIZE = 2 << 20, // if image_has_huge_pages()
	IMAGE_CHUNK_BITS = 32, // one chunk of the page table covers 4 GiB
	IMAGE_ADDRESS_BITS = MACHINE_ADDRESS_BITS,
	IMAGE_CHUNKS = 1 << (IMAGE_ADDRESS_BITS - IMAGE_CHUNK_BITS),
	IMAGE_CHUNK_WORDS = (1 << (IMAGE_CHUNK_BITS - IMAGE_PAGE_BITS)) / 64,
};

// Addresses of the target for which memory is reserved.
struct image_range {
	addr_t start, end;
};

VECTOR(image_ranges, struct image_range)

// Only the inline functions below read it.
struct image {
	uint64_t flip;
	uint64_t **chunks; // IMAGE_CHUNKS pointers to bitmaps of IMAGE_CHUNK_WORDS words, or NULL
	struct image_ranges reserved; // our memory: ascending, disjoint
};

// Makes an empty image. STATUS_NO_MEMORY.
must_check enum status image_create(struct image **ret, struct error *err);
void image_destroy(struct image *image);
GUARD(struct image, image_destroy)

// Reserves our memory for [start, end) of the target (page aligned) without filling it; if pages of
// the kernel are larger than ours, rounds to those. populate: also faults the pages in now, for a
// copy that must not wait for faults later. Memory that is already reserved stays. Does not change
// which pages the image holds. If memory of ours is in the way, and no page is held yet, another
// bit is flipped from then on: this moves memory reserved before and empties it, so reserve
// everything first, then populate. STATUS_NO_MEMORY; STATUS_UNSUPPORTED: the addresses cannot be
// represented.
must_check enum status image_reserve(
	struct image *image, addr_t start, addr_t end, bool populate, struct error *err);

// Whether the kernel gives us huge pages on request: then a copy has one page fault instead of 512.
bool image_has_huge_pages(void);

// Faults in [start, end), multiples of a huge page that image_reserve() reserved, with huge pages
// as far as the kernel has free ones. STATUS_NO_MEMORY.
must_check enum status image_populate_huge(
	struct image *image, addr_t start, addr_t end, struct error *err);

// Where to write the bytes of addr, which image_reserve() must have reserved.
static inline void *image_destination(const struct image *image, addr_t addr)
{
	return (void *)(uintptr_t)(addr ^ image->flip);
}

// Marks the pages of [start, end), which image_reserve() reserved, as held. STATUS_NO_MEMORY.
must_check enum status image_mark(struct image *image, addr_t start, addr_t end);

// Marks all pages as not held. Their memory stays for the next copy, until image_trim() finds that
// no page of it is held.
void image_clear(struct image *image);

// Releases the memory of reserved ranges in which no page is held, and in larger ranges holes of 2
// MiB or more.
void image_trim(struct image *image);

// Bytes of pages held.
uint64_t image_held_bytes(const struct image *image);

// Steps through the held ranges by ascending address: finds the first run of held pages at or after
// from (which is rounded down to a page). False: there is none.
bool image_next_range(const struct image *image, addr_t from, addr_t *start, addr_t *end);

static inline bool image_holds_page(const struct image *image, addr_t addr)
{
	if (addr >> IMAGE_ADDRESS_BITS)
		return false;
	const uint64_t *chunk = image->chunks[addr >> IMAGE_CHUNK_BITS];
	uint64_t page = addr >> IMAGE_PAGE_BITS & ((uint64_t)IMAGE_CHUNK_WORDS * 64 - 1);
	return chunk && chunk[page / 64] >> page % 64 & 1;
}

// The general case of image_at(): a range over several pages.
const void *image_at_long(const struct image *image, addr_t addr, uint64_t size);

// The size bytes at addr; NULL: the image does not hold all of them. addr and size may have any
// value, since both may come from the target. The pointer is valid until the image is cleared, and
// may be unaligned.
static inline const void *image_at(const struct image *image, addr_t addr, uint64_t size)
{
	if (size > IMAGE_PAGE_SIZE || addr >> IMAGE_PAGE_BITS != (addr + size - 1) >> IMAGE_PAGE_BITS)
		return image_at_long(image, addr, size);
	if (!image_holds_page(image, addr))
		return NULL;
	return (const void *)(uintptr_t)(addr ^ image->flip);
}

// Reads one word at addr; false: the image does not hold it.
static inline bool image_read_u64(const struct image *image, addr_t addr, uint64_t *ret)
{
	const void *bytes = image_at(image, addr, sizeof(*ret));
	if (!bytes)
		return false;
	memcpy(ret, bytes, sizeof(*ret));
	return true;
}

// Read numbers from bytes of the target, which may be unaligned.
static inline uint64_t bytes_u64(const void *bytes, uint64_t offset)
{
	uint64_t value;
	memcpy(&value, (const char *)bytes + offset, sizeof(value));
	return value;
}

static inline int64_t bytes_i64(const void *bytes, uint64_t offset)
{
	return (int64_t)bytes_u64(bytes, offset);
}

static inline uint32_t bytes_u32(const void *bytes, uint64_t offset)
{
	uint32_t value;
	memcpy(&value, (const char *)bytes + offset, sizeof(value));
	return value;
}

static inline int32_t bytes_i32(const void *bytes, uint64_t offset)
{
	return (int32_t)bytes_u32(bytes, offset);
}

static inline uint8_t bytes_u8(const void *bytes, uint64_t offset)
{
	return ((const uint8_t *)bytes)[offset];
}
