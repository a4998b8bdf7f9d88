// SPDX-License-Identifier: MIT
// A copy of a target's memory, taken at one moment. Each page lies in our address space at the
// target's address with one bit turned over, so that following a pointer costs one operation:
//
//	target  0x00007f3a12345000          copy at  0x00005f3a12345000   (flip 0x200000000000)
//
// and one bit a page says whether the copy holds it. The memory is kept from one sample to the
// next, so that the pages of the second sample are faulted in already.
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
	IMAGE_PAGE_BITS = 12, // the smallest page of any machine
	IMAGE_PAGE_SIZE = 1 << IMAGE_PAGE_BITS,
	IMAGE_HUGE_PAGE_SIZE = 2 << 20, // where image_has_huge_pages()
	IMAGE_CHUNK_BITS = 32, // one chunk of the page table stands for 4 GiB
	IMAGE_ADDRESS_BITS = MACHINE_ADDRESS_BITS,
	IMAGE_CHUNKS = 1 << (IMAGE_ADDRESS_BITS - IMAGE_CHUNK_BITS),
	IMAGE_CHUNK_WORDS = (1 << (IMAGE_CHUNK_BITS - IMAGE_PAGE_BITS)) / 64,
};

// Addresses of the target for which there is memory of ours.
struct image_range {
	addr_t start, end;
};

VECTOR(image_ranges, struct image_range)

// Meant to be read by the inline functions below, and by nobody else.
struct image {
	uint64_t flip;
	uint64_t **chunks; // IMAGE_CHUNKS pointers to page bitmaps of IMAGE_CHUNK_WORDS words, or NULL
	struct image_ranges reserved; // our memory: ascending, disjoint
};

// An empty image. STATUS_NO_MEMORY.
must_check enum status image_create(struct image **ret, struct error *err);
void image_destroy(struct image *image);
GUARD(struct image, image_destroy)

// Makes our memory for [start, end) of the target (page aligned) without filling it; where pages of
// the kernel are larger than ours, for all that these hold. With populate the pages are faulted in
// now, for a copy that must not wait for faults later. Memory that is there already is kept. Says
// nothing about whether the image holds the pages. Where something of ours lies in the way, and
// nothing is held yet, another bit is turned over from then on: memory reserved before moves and is
// empty again, so reserve everything first, then populate.
// STATUS_NO_MEMORY; STATUS_UNSUPPORTED where the addresses cannot be represented.
must_check enum status image_reserve(
	struct image *image, addr_t start, addr_t end, bool populate, struct error *err);

// Whether the kernel backs memory by huge pages where we ask for that: then a copy waits for one
// fault where it would for 512.
bool image_has_huge_pages(void);

// Faults in [start, end), multiples of a huge page that image_reserve() made, by huge pages as far as
// the kernel has them at hand. STATUS_NO_MEMORY.
must_check enum status image_populate_huge(
	struct image *image, addr_t start, addr_t end, struct error *err);

// Where the bytes of addr have to be written. Only for ranges that image_reserve() made.
static inline void *image_destination(const struct image *image, addr_t addr)
{
	return (void *)(uintptr_t)(addr ^ image->flip);
}

// The image now holds the pages of [start, end), which image_reserve() made. STATUS_NO_MEMORY.
must_check enum status image_mark(struct image *image, addr_t start, addr_t end);

// The image holds nothing any more; its memory stays for the next copy, except that ranges which
// the next image_trim() does not find marked are given back.
void image_clear(struct image *image);

// Gives back the memory of reserved ranges of which no page is held; of larger ranges also what
// lies in holes of 2 MiB or more.
void image_trim(struct image *image);

// Bytes of pages held.
uint64_t image_held_bytes(const struct image *image);

// Steps through the held ranges in ascending order of address: the first run of held pages at or
// behind from (which is rounded down to a page). False where there is none.
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

// The size bytes at addr, or NULL where the image does not hold all of them. Any addr and any size
// may be asked for: both may come from the target. The pointer is good until the image is cleared,
// and may be unaligned.
static inline const void *image_at(const struct image *image, addr_t addr, uint64_t size)
{
	if (size > IMAGE_PAGE_SIZE || addr >> IMAGE_PAGE_BITS != (addr + size - 1) >> IMAGE_PAGE_BITS)
		return image_at_long(image, addr, size);
	if (!image_holds_page(image, addr))
		return NULL;
	return (const void *)(uintptr_t)(addr ^ image->flip);
}

// One word at addr; false where the image does not hold it.
static inline bool image_read_u64(const struct image *image, addr_t addr, uint64_t *ret)
{
	const void *bytes = image_at(image, addr, sizeof(*ret));
	if (!bytes)
		return false;
	memcpy(ret, bytes, sizeof(*ret));
	return true;
}

// Numbers inside bytes of the target, which need not be aligned.
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
