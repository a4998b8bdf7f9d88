// SPDX-License-Identifier: MIT
#include "base/time.h"

#include "../test.h"

static void test_texts(void)
{
	char buffer[TIME_TEXT_SIZE];
	CHECK_STRING(time_format(0, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(time_format(1714564805042, buffer), "2024-05-01T12:00:05.042Z");
	CHECK_STRING(time_format(1709251199999, buffer), "2024-02-29T23:59:59.999Z");
	CHECK_STRING(time_format(253402300799999, buffer), "9999-12-31T23:59:59.999Z");
	CHECK_STRING(time_format(253402300800000, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(time_format(-1, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(time_format(INT64_MIN, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(time_format(INT64_MAX, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(time_format_plain(1714564805042, buffer), "2024-05-01 12:00:05");
	CHECK_STRING(time_format_compact(1714564805042, buffer), "20240501T120005");
}

// Sleeps are at least as long as asked for.
static void test_clocks(void)
{
	double boot = time_boot_seconds(), monotonic = time_monotonic_ms();
	int64_t wall = time_wall_ms();
	CHECK(boot > 0 && monotonic > 0 && wall > 1700000000000);
	CHECK(boot * 1e3 >= monotonic - 1);
	time_nap_us(2500);
	CHECK(time_monotonic_ms() - monotonic >= 2.5);
	time_sleep(0.0025);
	CHECK(time_boot_seconds() - boot >= 0.005);
	CHECK(time_monotonic_ms() - monotonic >= 5);
	time_sleep(0);
}

int main(void)
{
	test_texts();
	test_clocks();
	return test_done();
}
