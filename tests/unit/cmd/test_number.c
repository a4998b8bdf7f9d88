// SPDX-License-Identifier: MIT
#include "number.h"

#include "../test.h"

static void check_fractions(void)
{
	double number = -1;
	CHECK(number_parse("0.25", 0.1, 10, &number) && number == 0.25);
	CHECK(number_parse("10", 0.1, 10, &number) && number == 10);
	CHECK(number_parse(".5", 0.1, 10, &number) && number == 0.5);
	number = -1;
	static const char *const refused[] = {"", " 1", "1 ", "+1", "-1", "1s", "0", "10.01", "inf",
		"nan", "0x1", "1e999", "1,5", "."};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!CHECK(!number_parse(refused[i], 0.1, 10, &number)))
			printf("# '%s'\n", refused[i]);
	CHECK(number == -1);
}

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
	CHECK(number_parse_duration("90", 1, 1e9, &seconds) && seconds == 90);
	CHECK(number_parse_duration("30s", 1, 1e9, &seconds) && seconds == 30);
	CHECK(number_parse_duration("1.5h", 1, 1e9, &seconds) && seconds == 5400);
	CHECK(number_parse_duration("30d", 1, 1e9, &seconds) && seconds == 30 * 86400);
	CHECK(number_parse_duration("2w", 1, 1e9, &seconds) && seconds == 14 * 86400);
	static const char *const wrong[] = {"", "d", "5x", "5 m", "5mm", "-5m", "0", "1e300d", "inf"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK(!number_parse_duration(wrong[i], 1, 1e9, &seconds));
}

int main(void)
{
	check_fractions();
	check_counts();
	check_bytes();
	test_durations();
	return test_done();
}
