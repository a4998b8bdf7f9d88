// SPDX-License-Identifier: MIT
#include "number.h"

#include "../test.h"

static void check_counts(void)
{
	uint64_t number = 7;
	CHECK(number_parse_count("0", 100, &number) && number == 0);
	CHECK(number_parse_count("100", 100, &number) && number == 100);
	number = 7;
	static const char *const refused[] = {
		"", "101", "-1", "+1", "1.0", "0x1", " 1", "1 ", "99999999999999999999999"};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!CHECK(!number_parse_count(refused[i], 100, &number)))
			printf("# '%s'\n", refused[i]);
	CHECK(number == 7);
}

static void check_bytes(void)
{
	uint64_t bytes = 7;
	CHECK(number_parse_bytes("4096", &bytes) && bytes == 4096);
	CHECK(number_parse_bytes("2k", &bytes) && bytes == 2048);
	CHECK(number_parse_bytes("1.5M", &bytes) && bytes == 1536 * 1024);
	CHECK(number_parse_bytes("3G", &bytes) && bytes == 3ull << 30);
	CHECK(number_parse_bytes("1T", &bytes) && bytes == 1ull << 40);
	bytes = 7;
	static const char *const refused[] = {
		"", "0", "0.5", "M", "1MB", "1Q", "-1K", "1 K", "1e30", "9999999999T"};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!CHECK(!number_parse_bytes(refused[i], &bytes)))
			printf("# '%s'\n", refused[i]);
	CHECK(bytes == 7);
}

static void test_durations(void)
{
	double seconds = 0;
	CHECK(number_parse_duration("90", 1, 1, 1e9, &seconds) && seconds == 90);
	CHECK(number_parse_duration("0.25", 1, 0.1, 10, &seconds) && seconds == 0.25);
	CHECK(number_parse_duration(".5", 1, 0.1, 10, &seconds) && seconds == 0.5);
	CHECK(number_parse_duration("250", 1e-3, 0.1, 10, &seconds) && seconds == 0.25);
	CHECK(number_parse_duration("500ms", 1, 0.1, 10, &seconds) && seconds == 0.5);
	CHECK(number_parse_duration("30s", 1e-3, 1, 1e9, &seconds) && seconds == 30);
	CHECK(number_parse_duration("1.5h", 1, 1, 1e9, &seconds) && seconds == 5400);
	CHECK(number_parse_duration("30d", 1, 1, 1e9, &seconds) && seconds == 30 * 86400);
	CHECK(number_parse_duration("2w", 1, 1, 1e9, &seconds) && seconds == 14 * 86400);
	seconds = -1;
	static const char *const refused[] = {"", "d", "5x", "5 m", "5mm", "5sm", "5M", "-5m", "+5",
		" 5", "5 ", "0", "0.5", "500ms", "1,5", ".", "nan", "inf", "0x1", "1e999", "1e300d"};
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (!CHECK(!number_parse_duration(refused[i], 1, 1, 1e9, &seconds)))
			printf("# '%s'\n", refused[i]);
	CHECK(seconds == -1);
}

int main(void)
{
	check_counts();
	check_bytes();
	test_durations();
	return test_done();
}
