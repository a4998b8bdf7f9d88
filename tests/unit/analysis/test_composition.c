// SPDX-License-Identifier: MIT
#include "analysis/composition.h"

#include "../test.h"
#include "result/reading.h"

static const uint64_t MB = 1 << 20;

static struct reading known_reading(void)
{
	return (struct reading){
		.memory = {.rss_bytes = 100 * MB,
			.has_split = true,
			.brk_bytes = 20 * MB,
			.anonymous_bytes = 60 * MB,
			.file_bytes = 15 * MB,
			.stack_bytes = 2 * MB,
			.shared_bytes = 3 * MB},
		.has_heap = true,
		.totals = {.bytes = 50 * MB, .pymalloc_free_bytes = 5 * MB},
	};
}

// Every byte of RSS has one place.
static void test_sum(void)
{
	const struct reading reading = known_reading();
	const struct composition parts = composition_of(&reading);
	CHECK(parts.has_heap && parts.has_split && parts.has_other);
	CHECK(parts.python == 50 * MB && parts.pymalloc_free == 5 * MB && parts.files == 15 * MB);
	CHECK(parts.other == 30 * MB && parts.other_heap == 25 * MB);
	CHECK(parts.python + parts.pymalloc_free + parts.files + parts.other == 100 * MB);
	CHECK(parts.other_heap + parts.stacks + parts.shared == parts.other);
}

static void test_unknown(void)
{
	struct reading reading = known_reading();
	reading.has_heap = false;
	struct composition parts = composition_of(&reading);
	CHECK(!parts.has_heap && !parts.python && parts.has_split && parts.files == 15 * MB);
	CHECK(!parts.has_other && !parts.other && !parts.other_heap);
	reading = known_reading();
	reading.memory.has_split = false;
	parts = composition_of(&reading);
	CHECK(parts.has_heap && !parts.has_split && !parts.has_other && !parts.files);
}

// Half of the process is swapped out, or a file says what cannot be.
static void test_bounds(void)
{
	struct reading reading = known_reading();
	reading.memory.rss_bytes = 40 * MB;
	struct composition parts = composition_of(&reading);
	CHECK(parts.has_other && parts.other == 0 && parts.other_heap == 0);
	reading.memory.rss_bytes = UINT64_MAX;
	reading.totals.bytes = reading.memory.stack_bytes = UINT64_MAX;
	parts = composition_of(&reading);
	CHECK(parts.other == 0 && parts.other_heap == 0);
	reading.totals.bytes = reading.totals.pymalloc_free_bytes = 0;
	reading.memory.file_bytes = 1 << 20;
	parts = composition_of(&reading);
	CHECK(parts.other > UINT64_MAX / 2 && parts.other_heap == 0);
}

int main(void)
{
	test_sum();
	test_unknown();
	test_bounds();
	return test_done();
}
