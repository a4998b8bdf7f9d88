// SPDX-License-Identifier: MIT
#include "alloc/allocator.h"

#include "layout/layout.h"

#include "../live.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { POOL = 16384, HEADER = 48 };
static const addr_t BASE = 0x7f0000100000; // a multiple of POOL

struct fixture {
	struct layout layout;
	struct image *image;
	struct python python;
};

static void set_up(struct fixture *fixture, unsigned pools)
{
	*fixture = (struct fixture){.layout = *layout_tables()[0]};
	fixture->layout.pool_size = POOL;
	if (image_create(&fixture->image, NULL) ||
		image_reserve(fixture->image, BASE, BASE + pools * POOL, false, NULL) ||
		image_mark(fixture->image, BASE, BASE + pools * POOL))
		abort();
	fixture->python = (struct python){
		.memory = {.image = fixture->image}, .layout = &fixture->layout};
}

static void put_u64(const struct fixture *fixture, addr_t addr, uint64_t value)
{
	memcpy(image_destination(fixture->image, addr), &value, sizeof(value));
}

static void put_u32(
	const struct fixture *fixture, addr_t pool, enum layout_field field, uint32_t value)
{
	memcpy(image_destination(fixture->image, pool + fixture->layout.field[field]), &value,
		sizeof(value));
}

// A pool of blocks of size bytes: carved ones were handed out at some time, the freed first ones
// came back and are chained.
static void put_pool(const struct fixture *fixture, addr_t pool, uint32_t size, uint32_t carved,
	uint32_t freed)
{
	put_u32(fixture, pool, FIELD_pool_used, carved - freed);
	put_u32(fixture, pool, FIELD_pool_size_index, size / 16 - 1);
	put_u32(fixture, pool, FIELD_pool_next_offset, HEADER + carved * size);
	put_u32(fixture, pool, FIELD_pool_max_next_offset, POOL - size);
	put_u64(fixture, pool + fixture->layout.field[FIELD_pool_free_block],
		freed ? pool + HEADER : 0);
	for (uint32_t i = 0; i < freed; i++)
		put_u64(fixture, pool + HEADER + i * size,
			i + 1 < freed ? pool + HEADER + (i + 1) * size : 0);
}

static struct allocator_usage measure(const struct fixture *fixture)
{
	return pymalloc.measure(&fixture->python);
}

static void test_counts(void)
{
	struct fixture fixture;
	set_up(&fixture, 4);
	CHECK(measure(&fixture).regions == 0);
	put_pool(&fixture, BASE, 64, 10, 3);
	put_pool(&fixture, BASE + POOL, 512, 31, 0);	 // full: 48 + 31 * 512 fits, 32 do not
	put_pool(&fixture, BASE + 3 * POOL, 32, 20, 20); // empty again
	struct allocator_usage usage = measure(&fixture);
	CHECK(usage.regions == 2);
	CHECK(usage.region_bytes == 2 * POOL);
	CHECK(usage.used_bytes == 7 * 64 + 31 * 512);
	CHECK(usage.free_bytes == (POOL - HEADER) / 64 * 64 - 7 * 64);
	CHECK(usage.empty_bytes == POOL);
	image_destroy(fixture.image);
}

// Of a new pool only the first page was ever touched, so only that is in the image.
static void test_partly_held(void)
{
	struct fixture fixture;
	set_up(&fixture, 2);
	put_pool(&fixture, BASE + POOL, 64, 10, 3);
	image_clear(fixture.image);
	if (image_mark(fixture.image, BASE + POOL, BASE + POOL + IMAGE_PAGE_SIZE))
		abort();
	CHECK(measure(&fixture).regions == 1);
	// The chain leads to where nothing is held.
	put_u64(&fixture, BASE + POOL + HEADER, BASE + POOL + HEADER + 100 * 64);
	CHECK(measure(&fixture).regions == 0);
	image_destroy(fixture.image);
}

static void test_no_pools(void)
{
	struct fixture fixture;
	set_up(&fixture, 1);
	put_pool(&fixture, BASE, 64, 10, 3);
	fixture.layout.field[FIELD_pool_used] = LAYOUT_ABSENT;
	CHECK(measure(&fixture).regions == 0);
	image_destroy(fixture.image);
}

// Each breaks one thing that makes a pool.
static void test_hostile(void)
{
	static const struct {
		enum layout_field field;
		uint32_t value;
	} wrong[] = {
		{FIELD_pool_used, 8},
		{FIELD_pool_used, 6},
		{FIELD_pool_used, UINT32_MAX},
		{FIELD_pool_size_index, 32},
		{FIELD_pool_size_index, UINT32_MAX},
		{FIELD_pool_size_index, 4},
		{FIELD_pool_next_offset, 0},
		{FIELD_pool_next_offset, HEADER},
		{FIELD_pool_next_offset, HEADER + 10 * 64 + 8},
		{FIELD_pool_next_offset, POOL + 64},
		{FIELD_pool_next_offset, UINT32_MAX},
		{FIELD_pool_max_next_offset, POOL},
		{FIELD_pool_max_next_offset, 0},
	};
	static const uint64_t links[] = {
		BASE + HEADER + 8, BASE, BASE - 64, BASE + POOL, 8, UINT64_MAX,
		BASE + HEADER, // a circle
		BASE + HEADER + 10 * 64, // never handed out
	};
	struct fixture fixture;
	set_up(&fixture, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put_pool(&fixture, BASE, 64, 10, 3);
		put_u32(&fixture, BASE, wrong[i].field, wrong[i].value);
		CHECK(measure(&fixture).regions == 0);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		put_pool(&fixture, BASE, 64, 10, 3);
		put_u64(&fixture, BASE + HEADER + 64, links[i]);
		CHECK(measure(&fixture).regions == 0);
	}
	image_destroy(fixture.image);
}

static const char script[] =
	"import os, sys, sysconfig, tempfile\n"
	"keep = [(str(i), [i], {i: i}) for i in range(50000)]\n"
	"del keep[::3]\n"
	"file = tempfile.TemporaryFile()\n"
	"saved = os.dup(2)\n"
	"os.dup2(file.fileno(), 2)\n"
	"number = file.fileno()\n"
	"print('stats', number)\n"
	"print('pymalloc', int(bool(sysconfig.get_config_var('WITH_PYMALLOC'))), flush=True)\n"
	"sys._debugmallocstats()\n"
	"os.write(1, b'READY\\n')\n"
	"os.read(0, 1)\n";

// Adds up the table of size classes: "class size pools used available".
static bool read_stats(const struct live *live, struct allocator_usage *ret)
{
	char path[64], line[256];
	snprintf(path, sizeof(path), "/proc/%d/fd/%s", (int)live->pid, live_fact(live, "stats"));
	FILE *file = fopen(path, "r");
	*ret = (struct allocator_usage){0};
	while (file && fgets(line, sizeof(line), file)) {
		unsigned long class, size, pools, used, available, end;
		if (sscanf(line, "%lu %lu %lu %lu %lu %lu", &class, &size, &pools, &used, &available,
			    &end) != 5)
			continue;
		ret->regions += pools;
		ret->used_bytes += used * size;
		ret->free_bytes += available * size;
	}
	if (file)
		fclose(file);
	return ret->regions > 0;
}

// What the process does between its statistics and our copy may take a few blocks.
static bool is_close(uint64_t a, uint64_t b, uint64_t distance)
{
	if (a + distance >= b && b + distance >= a)
		return true;
	printf("# %" PRIu64 " and %" PRIu64 "\n", a, b);
	return false;
}

static void check_live(const struct live *live)
{
	const struct python python = runtime_python_copy(live->runtime, live->image, NULL);
	struct allocator_usage told, usage;
	struct timespec start, end;
	clock_gettime(CLOCK_MONOTONIC, &start);
	usage = pymalloc.measure(&python);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("# %" PRIu64 " pools in %" PRIu64 " KiB: %.3f ms\n", usage.regions,
		image_held_bytes(live->image) / 1024,
		(double)(end.tv_sec - start.tv_sec) * 1e3 +
			(double)(end.tv_nsec - start.tv_nsec) / 1e6);
	if (!live_number(live, "pymalloc")) {
		CHECK(usage.regions == 0);
		return;
	}
	if (!CHECK(read_stats(live, &told)))
		return;
	CHECK(told.regions > 500);
	CHECK(is_close(usage.regions, told.regions, 3));
	CHECK(is_close(usage.used_bytes, told.used_bytes, 8192));
	CHECK(is_close(usage.free_bytes, told.free_bytes, 4 * POOL));
}

static void check_without(const struct live *live)
{
	const struct python python = runtime_python_copy(live->runtime, live->image, NULL);
	struct allocator_usage usage = pymalloc.measure(&python);
	CHECK(usage.regions == 0);
}

int main(void)
{
	test_counts();
	test_partly_held();
	test_no_pools();
	test_hostile();
	unsetenv("PYTHONMALLOC");
	live_each_installed(script, check_live);
	setenv("PYTHONMALLOC", "debug", 1);
	live_each_installed(script, check_live);
	setenv("PYTHONMALLOC", "malloc", 1);
	live_each_installed(script, check_without);
	return test_done();
}
