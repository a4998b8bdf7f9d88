// SPDX-License-Identifier: MIT
#include "target/image.h"

#include "../test.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const addr_t base = UINT64_C(0x7f1200000000);
static const addr_t top = UINT64_C(1) << IMAGE_ADDRESS_BITS;

static struct image *create(void)
{
	struct image *image;
	if (image_create(&image, NULL))
		abort();
	return image;
}

// Reserves, fills and marks pages, so that each begins with its own number.
static bool hold(struct image *image, addr_t start, size_t pages)
{
	addr_t end = start + pages * IMAGE_PAGE_SIZE;
	if (image_reserve(image, start, end, true, NULL))
		return false;
	for (addr_t at = start; at < end; at += IMAGE_PAGE_SIZE)
		memcpy(image_destination(image, at), &at, sizeof(at));
	return !image_mark(image, start, end);
}

static bool reads_itself(const struct image *image, addr_t page)
{
	uint64_t value;
	return image_read_u64(image, page, &value) && value == page;
}

static void test_hold(void)
{
	struct image *image = create();
	uint64_t value;
	CHECK(!image_read_u64(image, base, &value) && !image_held_bytes(image));
	CHECK(hold(image, base, 3) && image_held_bytes(image) == 3 * IMAGE_PAGE_SIZE);
	CHECK(reads_itself(image, base) && reads_itself(image, base + 2 * IMAGE_PAGE_SIZE));
	CHECK(!image_holds_page(image, base - 1) && image_holds_page(image, base + 0x2fff));
	CHECK(!image_holds_page(image, base + 0x3000));
	// Reserved is not held, and what is held survives a larger reservation.
	CHECK(!image_reserve(image, base - 0x8000, base + 0x8000, true, NULL));
	CHECK(!image_at(image, base + 0x3000, 1) && reads_itself(image, base + 0x1000));
	CHECK(hold(image, base - 0x8000, 1) && image_held_bytes(image) == 4 * IMAGE_PAGE_SIZE);
	image_clear(image);
	CHECK(!image_held_bytes(image) && !image_at(image, base, 1));
	image_destroy(image);
	image_destroy(NULL);
}

static void test_boundaries(void)
{
	struct image *image = create();
	CHECK(hold(image, base, 2));
	CHECK(image_at(image, base + 0xfff, 2) != NULL);
	CHECK(image_at(image, base, 0x2000) != NULL && !image_at(image, base, 0x2001));
	CHECK(image_at(image, base + 0x1ff8, 8) != NULL && !image_at(image, base + 0x1ff9, 8));
	CHECK(!image_at(image, base - 1, 2) && !image_at(image, base - 1, 1));
	CHECK(image_at(image, base, 0) != NULL && image_at(image, base + 8, 0) != NULL);
	CHECK(!image_at(image, base + 0x2000, 0) && !image_at(image, 0, 0));
	CHECK(!image_at(image, UINT64_MAX, 0) && !image_at(image, UINT64_MAX, 1));
	CHECK(!image_at(image, UINT64_MAX, 2) && !image_at(image, UINT64_MAX - 7, 16));
	CHECK(!image_at(image, base, UINT64_MAX) && !image_at(image, base, UINT64_MAX - base + 1));
	CHECK(!image_at(image, base, UINT64_MAX - base + 2) && !image_at(image, base + 1, top));
	CHECK(!image_at(image, top, 1) && !image_at(image, top | base, 1));
	CHECK(!image_at(image, UINT64_C(0xffff000000000000) | base, 8));
	CHECK(hold(image, top - 0x2000, 2) && image_at(image, top - 8, 8) != NULL);
	CHECK(!image_at(image, top - 8, 9) && !image_at(image, top - 0x2000, 0x2001));
	CHECK(hold(image, 0x1000, 1) && !image_at(image, 0xff8, 16) && reads_itself(image, 0x1000));
	// A range over several chunks of the page table.
	addr_t seam = (base >> IMAGE_CHUNK_BITS) << IMAGE_CHUNK_BITS;
	CHECK(hold(image, seam - 0x3000, 6) && image_at(image, seam - 0x3000, 0x6000) != NULL);
	image_destroy(image);
}

static void test_refusals(void)
{
	struct image *image = create();
	struct error err = {""};
	CHECK(image_reserve(image, top, top + 0x1000, false, &err) == STATUS_UNSUPPORTED);
	CHECK(*err.message);
	CHECK(image_reserve(image, top - 0x1000, top + 0x1000, false, NULL) == STATUS_UNSUPPORTED);
	CHECK(image_reserve(image, base, base, false, NULL) == STATUS_UNSUPPORTED);
	CHECK(image_reserve(image, base + 0x1000, base, false, NULL) == STATUS_UNSUPPORTED);
	CHECK(image_reserve(image, base + 1, base + 0x1000, false, NULL) == STATUS_UNSUPPORTED);
	CHECK(image_reserve(image, base, UINT64_MAX, false, NULL) == STATUS_UNSUPPORTED);
	image_destroy(image);
}

// Something of ours where the copy of base would lie: another bit is turned over, and what was
// reserved moves along.
static void test_collision(void)
{
	struct image *image = create();
	uint64_t first_flip = image->flip;
	CHECK(!image_reserve(image, base + 0x100000, base + 0x101000, false, NULL));
	void *obstacle = mmap(image_destination(image, base), IMAGE_PAGE_SIZE, PROT_READ,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(obstacle == image_destination(image, base));
	CHECK(hold(image, base, 2) && image->flip != first_flip && reads_itself(image, base));
	CHECK(hold(image, base + 0x100000, 1) && reads_itself(image, base + 0x100000));
	// While pages are held they must not move.
	uint64_t flip = image->flip;
	addr_t other = base + 0x400000;
	void *second = mmap(image_destination(image, other), IMAGE_PAGE_SIZE, PROT_READ,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(image_reserve(image, other, other + 0x1000, false, NULL) == STATUS_UNSUPPORTED);
	CHECK(image->flip == flip && reads_itself(image, base));
	munmap(obstacle, IMAGE_PAGE_SIZE);
	munmap(second, IMAGE_PAGE_SIZE);
	image_destroy(image);
}

static bool is_mapped(const struct image *image, addr_t addr)
{
	unsigned char there;
	return !mincore(image_destination(image, addr), IMAGE_PAGE_SIZE, &there);
}

static void test_trim(void)
{
	struct image *image = create();
	const uint64_t mebibyte = 1 << 20;
	CHECK(!image_reserve(image, base, base + 64 * mebibyte, false, NULL));
	CHECK(!image_reserve(image, base + 128 * mebibyte, base + 130 * mebibyte, true, NULL));
	CHECK(hold(image, base + 16 * mebibyte, 4) && hold(image, base + 17 * mebibyte, 4));
	CHECK(hold(image, base + 40 * mebibyte, 4));
	image_trim(image);
	CHECK(!is_mapped(image, base) && !is_mapped(image, base + 63 * mebibyte));
	CHECK(!is_mapped(image, base + 30 * mebibyte) && !is_mapped(image, base + 128 * mebibyte));
	CHECK(is_mapped(image, base + 16 * mebibyte + 0x8000)); // a small hole stays
	CHECK(reads_itself(image, base + 16 * mebibyte) && reads_itself(image, base + 17 * mebibyte));
	CHECK(reads_itself(image, base + 40 * mebibyte + 0x3000));
	// What was given back can be had again.
	CHECK(hold(image, base, 4) && reads_itself(image, base));
	image_clear(image);
	image_trim(image);
	CHECK(!is_mapped(image, base) && !is_mapped(image, base + 40 * mebibyte));
	image_destroy(image);
}

// Bytes of memory in huge pages, as smaps_rollup says; 0 where the kernel does not.
static uint64_t huge_bytes(void)
{
	unsigned long long kilobytes = 0;
	char line[256];
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "AnonHugePages: %llu", &kilobytes) == 1)
			break;
	if (file)
		fclose(file);
	return kilobytes * 1024;
}

// A huge page of which one small page is held stays as it is.
static void test_huge(void)
{
	struct image *image = create();
	const addr_t end = base + 4 * IMAGE_HUGE_PAGE_SIZE;
	CHECK(!image_reserve(image, base, end, false, NULL));
	CHECK(!image_populate_huge(image, base, end, NULL));
	CHECK(hold(image, base + 0x5000, 1));
	uint64_t before = huge_bytes();
	image_trim(image);
	CHECK(reads_itself(image, base + 0x5000) && is_mapped(image, base));
	CHECK(!is_mapped(image, base + IMAGE_HUGE_PAGE_SIZE));
	if (before >= 4 * IMAGE_HUGE_PAGE_SIZE)
		CHECK(huge_bytes() == before - 3 * IMAGE_HUGE_PAGE_SIZE);
	else
		printf("# no huge pages at hand\n");
	image_destroy(image);
}

// What was copied stays with us: a child does not get it.
static void test_fork(void)
{
	struct image *image = create();
	CHECK(hold(image, base, 1));
	pid_t pid = fork();
	if (!pid)
		_exit(is_mapped(image, base) ? 1 : 0);
	int status = 0;
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0 && is_mapped(image, base));
	image_destroy(image);
}

static void test_ranges(void)
{
	struct image *image = create();
	addr_t start = 0;
	addr_t end = 0;
	addr_t seam = (base >> IMAGE_CHUNK_BITS) << IMAGE_CHUNK_BITS;
	CHECK(!image_next_range(image, 0, &start, &end));
	CHECK(hold(image, 0x10000, 2) && hold(image, seam - 0x1000, 2) && hold(image, top - 0x1000, 1));
	CHECK(image_next_range(image, 0, &start, &end) && start == 0x10000 && end == 0x12000);
	CHECK(image_next_range(image, 0x11008, &start, &end) && start == 0x11000 && end == 0x12000);
	CHECK(image_next_range(image, 0x12000, &start, &end) && start == seam - 0x1000);
	CHECK(end == seam + 0x1000);
	CHECK(image_next_range(image, end, &start, &end) && start == top - 0x1000 && end == top);
	CHECK(!image_next_range(image, top, &start, &end));
	CHECK(!image_next_range(image, UINT64_MAX, &start, &end));
	image_destroy(image);
}

static void test_words(void)
{
	char bytes[16] = {0};
	int64_t value = -2;
	memcpy(bytes + 3, &value, sizeof(value));
	CHECK(bytes_i64(bytes, 3) == -2 && bytes_u64(bytes, 3) == UINT64_MAX - 1);
	CHECK(bytes_i32(bytes, 3) == -2 && bytes_u32(bytes, 3) == UINT32_MAX - 1);
	CHECK(bytes_u8(bytes, 3) == 0xfe && bytes_u8(bytes, 0) == 0);
}

int main(void)
{
	test_hold();
	test_boundaries();
	test_refusals();
	test_collision();
	test_trim();
	test_huge();
	test_fork();
	test_ranges();
	test_words();
	return test_done();
}
