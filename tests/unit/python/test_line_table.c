// SPDX-License-Identifier: MIT
#include "python/code.h"

#include "layout/layout.h"

#include "../test.h"

#include <limits.h>
#include <stdlib.h>

static struct layout lnotab; // 3.8, 3.9
static struct layout ranges = {.traits = {.has_scaled_lasti = true}};
static struct layout locations = {.traits = {.has_location_table = true}};

// Whether each instruction offset has the line that is expected of it.
static bool has_lines(const struct layout *layout, const char *table, size_t size, const int *lines,
	size_t count)
{
	const struct line_table input = {
		.table = (const uint8_t *)table, .size = size, .first_line = 10};
	for (size_t i = 0; i < count; i++) {
		int found = line_table_find(layout, &input, 2 * (int64_t)i);
		if (found != lines[i]) {
			printf("# offset %zu: line %d, not %d\n", 2 * i, found, lines[i]);
			return false;
		}
	}
	return true;
}

#define HAS_LINES(layout, table, ...)                                                              \
	CHECK(has_lines(&(layout), table, sizeof(table) - 1, (const int[]){__VA_ARGS__},           \
		sizeof((const int[]){__VA_ARGS__}) / sizeof(int)))

static void test_lnotab(void)
{
	HAS_LINES(lnotab, "", 10, 10);
	HAS_LINES(lnotab, "\x04\x01\x02\x03", 10, 10, 11, 14, 14);
	HAS_LINES(lnotab, "\x02\xfe\x02\x05", 10, 8, 13); // lines go back, too
	HAS_LINES(lnotab, "\x00\x7f\x00\x7f\x02\x01", 264, 265); // a long way in steps
	HAS_LINES(lnotab, "\x02\x80\x00\x80", 10, 10);		 // to before the file
	HAS_LINES(lnotab, "\x02\x01\x02", 10, 11, 11);		 // cut
}

static void test_ranges(void)
{
	HAS_LINES(ranges, "", 10, 10);
	HAS_LINES(ranges, "\x04\x01\x02\x03", 11, 11, 14, 10);
	HAS_LINES(ranges, "\x02\x01\x02\x80\x02\x01", 11, 10, 12); // the middle has no line
	HAS_LINES(ranges, "\x00\x64\x02\x01", 111, 10);
	HAS_LINES(ranges, "\x02\x01\x02", 11, 10); // cut
}

static void test_locations(void)
{
	HAS_LINES(locations, "", 10, 10);
	// Entries of 2, 3 and 3 units: +0, +1, +2.
	HAS_LINES(locations, "\x81\x00\xda\x00\x00\xe2\x00\x00", 10, 10, 11, 11, 11, 13, 13, 13,
		10);
	HAS_LINES(locations, "\xe8\x0a\xe8\x03", 15, 14);	    // +5, -1
	HAS_LINES(locations, "\xe8\x50\x02\xe8\x00", 82, 82);	    // +72 takes two bytes
	HAS_LINES(locations, "\xf0\x02\x00\x01\x41\x01\xe8\x02", 11, 12);
	HAS_LINES(locations, "\xf8\xe8\x02\xf9\xe8\x00", 10, 11, 10, 10, 11);
	HAS_LINES(locations, "\xe8\x42", 11);			    // cut inside a number
	HAS_LINES(locations, "\xe8\x2b", 10);			    // -21: before the file
	HAS_LINES(locations, "\xe8\x7e\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x3f\xe8\x02", 10, 10);
}

static void test_hostile(void)
{
	enum { HUGE = 64 << 20 };
	struct line_table lines = {.table = (const uint8_t *)"\x81", .size = 1, .first_line = 10};
	CHECK(line_table_find(&locations, &lines, -2) == 10);
	CHECK(line_table_find(&locations, &lines, INT64_MIN) == 10);
	CHECK(line_table_find(&locations, &lines, INT64_MAX) == 10);
	CHECK(line_table_find(&lnotab, &lines, INT64_MAX) == 10);
	CHECK(line_table_find(&ranges, &lines, INT64_MAX) == 10);

	// No sum of increments may overflow, however long the table.
	uint8_t *table = malloc(HUGE);
	if (!table)
		abort();
	for (size_t i = 0; i < HUGE; i++)
		table[i] = i % 8 ? 0x7e : 0xe8;
	lines = (struct line_table){.table = table, .size = HUGE, .first_line = INT_MAX};
	CHECK(line_table_find(&locations, &lines, INT64_MAX) == INT_MAX);
	lines.size = 1 << 20;
	CHECK(line_table_find(&locations, &lines, INT64_MAX) == INT_MAX);
	free(table);
}

int main(void)
{
	test_lnotab();
	test_ranges();
	test_locations();
	test_hostile();
	return test_done();
}
