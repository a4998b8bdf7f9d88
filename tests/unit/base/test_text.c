// SPDX-License-Identifier: MIT
#include "base/text.h"

#include "../test.h"

#include <stdint.h>
#include <stdlib.h>

static void check_foreign(const char *bytes, size_t length, const char *expected)
{
	struct text text = {0};
	text_add_foreign(&text, bytes, length);
	char *result = text_take(&text);
	CHECK_STRING(result, expected);
	free(result);
}

int main(void)
{
	char buffer[TEXT_FIGURE_SIZE];
	CHECK_STRING(text_bytes(buffer, 0), "0");
	CHECK_STRING(text_bytes(buffer, 1023), "1023");
	CHECK_STRING(text_bytes(buffer, 1536), "1.5K");
	CHECK_STRING(text_bytes(buffer, 432013312), "412.0M");
	CHECK_STRING(text_bytes(buffer, 1331439861), "1.24G");
	CHECK_STRING(text_bytes(buffer, UINT64_MAX), "16.00E");
	CHECK_STRING(text_bytes_change(buffer, -2048), "-2.0K");
	CHECK_STRING(text_bytes_change(buffer, INT64_MIN), "-8.00E");
	CHECK_STRING(text_count(buffer, 4102331), "4,102,331");
	CHECK_STRING(text_count(buffer, 999), "999");
	CHECK_STRING(text_count_change(buffer, 62010), "+62,010");
	CHECK_STRING(text_count_change(buffer, 0), "0");

	check_foreign("plain \xc3\xa9", 8, "plain \xc3\xa9");
	check_foreign("\x1b[2J", 4, "\\x1b[2J");
	check_foreign("\xff\xc0\x80", 3, "\\xff\\xc0\\x80");
	check_foreign("a\0b", 3, "a\\x00b");
	check_foreign("\xe2\x80\xae", 3, "\\u202e");
	check_foreign("\xed\xa0\x80", 3, "\\xed\\xa0\\x80");
	return test_done();
}
