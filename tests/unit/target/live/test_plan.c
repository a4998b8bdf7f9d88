// SPDX-License-Identifier: MIT
#include "target/live/plan.h"

#include "../../test.h"
#include "target/image.h"
#include "target/machine.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint64_t present = UINT64_C(1) << 63;
static const uint64_t swapped = UINT64_C(1) << 62;
static const uint64_t soft_dirty = UINT64_C(1) << 55;

static bool range_is(const struct plan_ranges *ranges, size_t index, addr_t start, addr_t end)
{
	const struct plan_range *items = ranges->items;
	return index < ranges->count && items[index].start == start && items[index].end == end;
}

static void test_words(void)
{
	const uint64_t words[] = {present, swapped | 5, soft_dirty, 0, present | soft_dirty};
	struct plan_ranges runs = {0};
	CHECK(!plan_add_words(&runs, 0x10000, words, 5, 0x1000));
	CHECK(runs.count == 2 && range_is(&runs, 0, 0x10000, 0x12000));
	CHECK(range_is(&runs, 1, 0x14000, 0x15000));
	// The next piece goes on where the last one ended.
	CHECK(!plan_add_words(&runs, 0x15000, words, 2, 0x1000) && range_is(&runs, 1, 0x14000, 0x17000));
	CHECK(!plan_add_words(&runs, 0x18000, words, 0, 0x1000) && runs.count == 2);
	// A kernel with larger pages has a word for each of these.
	CHECK(!plan_add_words(&runs, 0x40000, words, 5, 0x10000) && runs.count == 4);
	CHECK(range_is(&runs, 2, 0x40000, 0x60000) && range_is(&runs, 3, 0x80000, 0x90000));
	plan_ranges_deinit(&runs);
}

// Both ways to ask the kernel give the same pages.
static void test_pagemap(void)
{
	const size_t pages = 4096, page_size = (size_t)machine_page_size();
	char *bytes = mmap(NULL, pages * page_size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	madvise(bytes, pages * page_size, MADV_NOHUGEPAGE);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (!CHECK(bytes != MAP_FAILED && fd >= 0))
		return;
	for (size_t i = 0; i < pages; i += 3)
		bytes[i * page_size] = 1;
	addr_t start = (uintptr_t)bytes;
	addr_t end = start + pages * page_size;
	struct plan_ranges words = {0};
	addr_t at = start;
	CHECK(!plan_read_words(fd, &at, end, &words) && at == end);
	CHECK(words.count == (pages + 2) / 3);
	CHECK(range_is(&words, 1, start + 3 * page_size, start + 4 * page_size));

	struct plan_ranges regions = {0};
	at = start;
	enum status status = plan_scan(fd, &at, end, &regions);
	CHECK(status == STATUS_FAILED ? at == start : at == end);
	if (status)
		printf("# no PAGEMAP_SCAN in this kernel\n");
	else
		CHECK(regions.count == words.count &&
			!memcmp(regions.items, words.items,
				words.count * sizeof(struct plan_range)));
	at = 0;
	CHECK(plan_read_words(fd, &at, UINT64_C(1) << 40, &words) == STATUS_UNSUPPORTED);
	plan_ranges_deinit(&words);
	plan_ranges_deinit(&regions);
	close(fd);
	munmap(bytes, pages * page_size);
}

static struct maps *parse(const char *text)
{
	struct maps *maps;
	if (maps_parse(text, strlen(text), &maps, NULL))
		abort();
	return maps;
}

static void test_without_pagemap(void)
{
	const unsigned long long end = 1ULL << IMAGE_ADDRESS_BITS;
	char text[512];
	snprintf(text, sizeof(text),
		"1000-2000 r--p 0 0:0 0\n"
		"10000-20000 rw-p 0 0:0 0\n"
		"20000-21000 rw-p 0 0:0 0 [heap]\n"
		"400000-500000 rw-s 0 0:0 0\n"
		"600000-601000 rw-p 0 0:0 0\n"
		"%llx-%llx rw-p 0 0:0 0\n", end - 0x1000, end + 0x1000);
	struct maps *maps = parse(text);
	struct plan plan = {0};
	for (int round = 0; round < 2; round++) {
		CHECK(!plan_make(&plan, maps, -1));
		CHECK(plan.runs.count == 2 && range_is(&plan.runs, 0, 0x10000, 0x21000));
		CHECK(range_is(&plan.runs, 1, 0x600000, 0x601000));
		CHECK(plan.bytes == 0x12000 && !plan.skipped_bytes && !plan.holes.count);
		CHECK(plan.unreadable_bytes == 0x2000);
		CHECK(plan.areas.count == 2 && range_is(&plan.areas, 0, 0, 0x200000));
		CHECK(range_is(&plan.areas, 1, 0x600000, 0x800000));
	}
	plan_deinit(&plan);
	maps_destroy(maps);
}

// A descriptor that cannot be read is like none; one without bytes says that the process ended.
static void test_useless_pagemap(void)
{
	struct maps *maps = parse("10000-20000 rw-p 0 0:0 0\n");
	struct plan plan = {0};
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	CHECK(!plan_make(&plan, maps, fd) && plan.bytes == 0x10000);
	close(fd);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(plan_make(&plan, maps, fd) == STATUS_GONE);
	close(fd);
	plan_deinit(&plan);
	maps_destroy(maps);
}

// A run over the middle of the address space is cut there, for the sake of the image.
static void test_boundary(void)
{
	struct maps *maps = parse("1fffffff0000-200000010000 rw-p 0 0:0 0\n");
	struct plan plan = {0};
	CHECK(!plan_make(&plan, maps, -1) && plan.runs.count == 2 && plan.bytes == 0x20000);
	CHECK(range_is(&plan.runs, 0, 0x1fffffff0000, 0x200000000000));
	CHECK(plan.areas.count == 2);
	plan_deinit(&plan);
	maps_destroy(maps);
}

// Huge pages are for stretches of which much is copied, by one run or by several.
static void test_huge(void)
{
	struct maps *maps = parse("400000-700000 rw-p 0 0:0 0\n"
				  "800000-860000 rw-p 0 0:0 0\n"
				  "900000-960000 rw-p 0 0:0 0\n"
				  "a00000-abf000 rw-p 0 0:0 0\n"
				  "c00000-cc0000 rw-p 0 0:0 0\n");
	struct plan plan = {0};
	for (int round = 0; round < 2; round++) {
		CHECK(!plan_make(&plan, maps, -1) && plan.huge.count == 2);
		CHECK(range_is(&plan.huge, 0, 0x400000, 0xa00000));
		CHECK(range_is(&plan.huge, 1, 0xc00000, 0xe00000));
		CHECK(plan.huge_extra_bytes == 0x800000 - 0x300000 - 0x60000 - 0x60000 - 0xc0000);
	}
	plan_renounce_huge(&plan);
	CHECK(!plan.huge.count && !plan.huge_extra_bytes && plan.runs.count == 5);
	plan_deinit(&plan);
	maps_destroy(maps);
}

int main(void)
{
	test_words();
	test_pagemap();
	test_without_pagemap();
	test_useless_pagemap();
	test_boundary();
	test_huge();
	return test_done();
}
