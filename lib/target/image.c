// SPDX-License-Identifier: MIT
#include "target/image.h"

#include "base/guard.h"
#include "target/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static const uint64_t address_end = UINT64_C(1) << IMAGE_ADDRESS_BITS;
static const uint64_t chunk_pages = (uint64_t)IMAGE_CHUNK_WORDS * 64;

// The first bit that can be used: the address space may be smaller than the largest possible one.
static uint64_t first_flip(void)
{
	for (size_t i = 0; i < sizeof(machine_flips) / sizeof(*machine_flips); i++) {
		void *wanted = (void *)(uintptr_t)machine_flips[i]; // NOLINT
		void *got = mmap(wanted, IMAGE_PAGE_SIZE, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
		if (got != MAP_FAILED)
			munmap(got, IMAGE_PAGE_SIZE);
		else if (errno != EEXIST)
			continue;
		return machine_flips[i];
	}
	return machine_flips[0];
}

enum status image_create(struct image **ret, struct error *err)
{
	struct image *image = calloc(1, sizeof(*image));
	uint64_t **chunks = calloc(IMAGE_CHUNKS, sizeof(*chunks));
	if (!image || !chunks) {
		free(image);
		free(chunks);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate an image");
	}
	image->chunks = chunks;
	image->flip = first_flip();
	*ret = image;
	return STATUS_OK;
}

static void range_unmap(const struct image *image, addr_t start, addr_t end)
{
	munmap(image_destination(image, start), end - start);
}

void image_destroy(struct image *image)
{
	if (!image)
		return;
	for (size_t i = 0; i < image->reserved.count; i++)
		range_unmap(image, image->reserved.items[i].start, image->reserved.items[i].end);
	for (size_t i = 0; i < IMAGE_CHUNKS; i++)
		free(image->chunks[i]);
	free(image->chunks);
	image_ranges_deinit(&image->reserved);
	free(image);
}

// A range must not contain a multiple of the flip: its copy would not be in one piece.
static bool range_is_whole(const struct image *image, addr_t first, addr_t last)
{
	return !((first ^ last) & ~(image->flip - 1));
}

static int range_map(const struct image *image, addr_t start, addr_t end)
{
	if (!range_is_whole(image, start, end - 1))
		return ENOTSUP;
	void *wanted = image_destination(image, start);
	void *got = mmap(wanted, end - start, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (got == MAP_FAILED)
		return errno;
	if (got == wanted) {
		// The target's bytes must be neither in a core dump of ours nor in our children.
		madvise(got, end - start, MADV_DONTDUMP);
		madvise(got, end - start, MADV_DONTFORK);
		return 0;
	}
	// Linux before 4.17 ignores MAP_FIXED_NOREPLACE and treats the address as a hint.
	munmap(got, end - start);
	return EEXIST;
}

// Maps all reserved ranges again under another flip. On failure none of them is mapped.
static int reserved_map_all(struct image *image)
{
	struct image_range *ranges = image->reserved.items;
	for (size_t i = 0; i < image->reserved.count; i++) {
		int error = range_map(image, ranges[i].start, ranges[i].end);
		if (!error)
			continue;
		while (i-- > 0)
			range_unmap(image, ranges[i].start, ranges[i].end);
		return error;
	}
	return 0;
}

// Chooses another bit under which the reserved ranges and [start, end) can be mapped. If there is
// none, nothing is reserved any more; no page was held before either.
static int image_move(struct image *image, addr_t start, addr_t end)
{
	uint64_t collided = image->flip;
	for (size_t i = 0; i < image->reserved.count; i++)
		range_unmap(image, image->reserved.items[i].start, image->reserved.items[i].end);
	for (size_t i = 0; i < sizeof(machine_flips) / sizeof(*machine_flips); i++) {
		if (machine_flips[i] == collided)
			continue;
		image->flip = machine_flips[i];
		if (reserved_map_all(image))
			continue;
		if (!range_map(image, start, end))
			return 0;
		for (size_t k = 0; k < image->reserved.count; k++)
			range_unmap(image, image->reserved.items[k].start,
				image->reserved.items[k].end);
	}
	image->reserved.count = 0;
	return EEXIST;
}

// Index of the first reserved range that ends after addr.
static size_t reserved_search(const struct image *image, addr_t addr)
{
	size_t low = 0;
	size_t high = image->reserved.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (image->reserved.items[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static enum status reserved_insert(struct image *image, addr_t start, addr_t end)
{
	size_t index = reserved_search(image, start);
	const struct image_range range = {.start = start, .end = end};
	return image_ranges_insert(&image->reserved, index, range);
}

static enum status reserve_gap(struct image *image, addr_t start, addr_t end, struct error *err)
{
	if (image_ranges_reserve(&image->reserved, image->reserved.count + 1))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the table of an image");
	int error = range_map(image, start, end);
	if ((error == EEXIST || error == ENOTSUP) && !image_held_bytes(image))
		error = image_move(image, start, end);
	if (error == EEXIST || error == ENOTSUP || error == EINVAL || error == EPERM)
		return error_set_errno(err, STATUS_UNSUPPORTED, error,
			"cannot represent the addresses %llx-%llx in a copy",
			(unsigned long long)start, (unsigned long long)end);
	if (error)
		return error_set_errno(err, STATUS_NO_MEMORY, error,
			"cannot reserve memory for a copy of %llx-%llx", (unsigned long long)start,
			(unsigned long long)end);
	return reserved_insert(image, start, end);
}

static enum status chunk_create(struct image *image, uint64_t index)
{
	if (!image->chunks[index])
		image->chunks[index] = calloc(IMAGE_CHUNK_WORDS, sizeof(uint64_t));
	return image->chunks[index] ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status chunks_create(struct image *image, addr_t start, addr_t end)
{
	enum status status = STATUS_OK;
	for (uint64_t i = start >> IMAGE_CHUNK_BITS; !status && i <= (end - 1) >> IMAGE_CHUNK_BITS; i++)
		status = chunk_create(image, i);
	return status;
}

static enum status range_populate(struct image *image, addr_t start, addr_t end, struct error *err)
{
	char *bytes = image_destination(image, start);
	size_t size = end - start;
	if (!madvise(bytes, size, MADV_POPULATE_WRITE))
		return STATUS_OK;
	if (errno != EINVAL)
		return error_set_errno(err, STATUS_NO_MEMORY, errno,
			"cannot get %zu bytes of memory for a copy", size);
	// Linux before 5.14: touches the pages without changing the contents of an earlier copy.
	for (size_t i = 0; i < size; i += IMAGE_PAGE_SIZE) {
		volatile char *page = bytes + i;
		*page = *page; // cppcheck-suppress selfAssignment
	}
	return STATUS_OK;
}

bool image_has_huge_pages(void)
{
	AUTO(freep) char *enabled = NULL;
	size_t length;
	uint64_t size;
	return !proc_read(AT_FDCWD, "/sys/kernel/mm/transparent_hugepage/enabled", &enabled, &length) &&
		!strstr(enabled, "[never]") &&
		proc_read_number(AT_FDCWD, "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "", &size) &&
		size == IMAGE_HUGE_PAGE_SIZE;
}

enum status image_populate_huge(
	struct image *image, addr_t start, addr_t end, struct error *err)
{
	madvise(image_destination(image, start), end - start, MADV_HUGEPAGE);
	return range_populate(image, start, end, err);
}

// Rounds up to the kernel's pages, which may be larger than ours.
static addr_t page_end(addr_t addr)
{
	uint64_t mask = machine_page_size() - 1;
	return (addr + mask) & ~mask;
}

enum status image_reserve(
	struct image *image, addr_t start, addr_t end, bool populate, struct error *err)
{
	if (start >= end || end > address_end || (start | end) % IMAGE_PAGE_SIZE)
		return error_set(err, STATUS_UNSUPPORTED,
			"cannot represent the addresses %llx-%llx in a copy",
			(unsigned long long)start, (unsigned long long)end);
	start &= ~(machine_page_size() - 1);
	end = page_end(end);
	if (chunks_create(image, start, end))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the page table of an image");

	addr_t at = start;
	while (at < end) {
		// Searched again each time, since an insertion moves the ranges.
		size_t index = reserved_search(image, at);
		bool has_next = index < image->reserved.count;
		const struct image_range *next = has_next ? image->reserved.items + index : NULL;
		if (has_next && next->start <= at) {
			at = next->end;
			continue;
		}
		addr_t stop = has_next && next->start < end ? next->start : end;
		enum status status = reserve_gap(image, at, stop, err);
		if (status)
			return status;
		at = stop;
	}
	return populate ? range_populate(image, start, end, err) : STATUS_OK;
}

enum status image_mark(struct image *image, addr_t start, addr_t end)
{
	if (start >= end || end > address_end)
		return STATUS_OK;
	enum status status = chunks_create(image, start, end);
	if (status)
		return status;
	uint64_t page = start >> IMAGE_PAGE_BITS;
	uint64_t last = (end - 1) >> IMAGE_PAGE_BITS;
	while (page <= last) {
		uint64_t *word = &image->chunks[page / chunk_pages][page % chunk_pages / 64];
		if (page % 64 == 0 && last - page >= 63) {
			*word = UINT64_MAX;
			page += 64;
		} else {
			*word |= UINT64_C(1) << page % 64;
			page++;
		}
	}
	return STATUS_OK;
}

void image_clear(struct image *image)
{
	for (size_t i = 0; i < IMAGE_CHUNKS; i++)
		if (image->chunks[i])
			memset(image->chunks[i], 0, IMAGE_CHUNK_WORDS * sizeof(uint64_t));
}

// The first page of [page, limit) whose bit equals wanted; limit: there is none.
static uint64_t page_search(
	const struct image *image, uint64_t page, uint64_t limit, bool wanted)
{
	while (page < limit) {
		const uint64_t *chunk = image->chunks[page / chunk_pages];
		if (!chunk) {
			if (!wanted)
				return page;
			page = (page / chunk_pages + 1) * chunk_pages;
			continue;
		}
		uint64_t word = chunk[page % chunk_pages / 64];
		word = (wanted ? word : ~word) >> page % 64;
		if (word) {
			page += (uint64_t)__builtin_ctzll(word);
			break;
		}
		page = (page / 64 + 1) * 64;
	}
	return page < limit ? page : limit;
}

// Finds the first run of held pages in [from, limit), which are page aligned.
static bool held_search(
	const struct image *image, addr_t from, addr_t limit, addr_t *start, addr_t *end)
{
	uint64_t last = limit >> IMAGE_PAGE_BITS;
	uint64_t first = page_search(image, from >> IMAGE_PAGE_BITS, last, true);
	if (first >= last)
		return false;
	*start = first << IMAGE_PAGE_BITS;
	*end = page_search(image, first, last, false) << IMAGE_PAGE_BITS;
	return true;
}

bool image_next_range(const struct image *image, addr_t from, addr_t *start, addr_t *end)
{
	return from < address_end && held_search(image, from, address_end, start, end);
}

// Adds to kept the parts of range that hold pages, including small holes. Parts end between huge
// pages, so that no huge page is split.
static enum status range_list_held(
	const struct image *image, const struct image_range *range, struct image_ranges *kept)
{
	size_t first = kept->count;
	addr_t at = range->start;
	addr_t start;
	addr_t end;
	while (held_search(image, at, range->end, &start, &end)) {
		const addr_t mask = IMAGE_HUGE_PAGE_SIZE - 1;
		start &= ~mask;
		end = (end + mask) & ~mask;
		start = start > range->start ? start : range->start;
		at = end = end < range->end ? end : range->end;
		struct image_range *last = kept->count > first ? image_ranges_last(kept) : NULL;
		if (last && start - last->end < IMAGE_HUGE_PAGE_SIZE) {
			last->end = at;
			continue;
		}
		if (image_ranges_add(kept, (struct image_range){.start = start, .end = at}))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

static void chunks_trim(struct image *image)
{
	for (uint64_t i = 0; i < IMAGE_CHUNKS; i++) {
		uint64_t page = i * chunk_pages;
		if (page_search(image, page, page + chunk_pages, true) < page + chunk_pages)
			continue;
		free(image->chunks[i]);
		image->chunks[i] = NULL;
	}
}

void image_trim(struct image *image)
{
	chunks_trim(image);
	struct image_ranges kept = {0};
	for (size_t i = 0; i < image->reserved.count; i++) {
		if (range_list_held(image, &image->reserved.items[i], &kept)) {
			// No memory for the table of what to keep, so keep everything.
			image_ranges_deinit(&kept);
			return;
		}
	}
	const struct image_range *keep = kept.items;
	size_t kept_left = kept.count;
	for (size_t i = 0; i < image->reserved.count; i++) {
		const struct image_range *range = &image->reserved.items[i];
		addr_t at = range->start;
		for (; kept_left && keep->start < range->end; keep++, kept_left--) {
			if (at < keep->start)
				range_unmap(image, at, keep->start);
			at = keep->end;
		}
		if (at < range->end)
			range_unmap(image, at, range->end);
	}
	image_ranges_deinit(&image->reserved);
	image->reserved = kept;
}

uint64_t image_held_bytes(const struct image *image)
{
	uint64_t pages = 0;
	for (size_t i = 0; i < IMAGE_CHUNKS; i++)
		for (size_t k = 0; image->chunks[i] && k < IMAGE_CHUNK_WORDS; k++)
			pages += (uint64_t)__builtin_popcountll(image->chunks[i][k]);
	return pages << IMAGE_PAGE_BITS;
}

const void *image_at_long(const struct image *image, addr_t addr, uint64_t size)
{
	if (addr >= address_end || size > address_end - addr)
		return NULL;
	addr_t last = size ? addr + size - 1 : addr;
	if (!range_is_whole(image, addr, last))
		return NULL;
	uint64_t behind = (last >> IMAGE_PAGE_BITS) + 1;
	if (page_search(image, addr >> IMAGE_PAGE_BITS, behind, false) < behind)
		return NULL;
	return image_destination(image, addr);
}
