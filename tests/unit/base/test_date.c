// SPDX-License-Identifier: MIT
#include "base/date.h"

#include "../test.h"

int main(void)
{
	char buffer[DATE_SIZE];
	CHECK_STRING(date_format(0, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(date_format(1714564805042, buffer), "2024-05-01T12:00:05.042Z");
	CHECK_STRING(date_format(1709251199999, buffer), "2024-02-29T23:59:59.999Z");
	CHECK_STRING(date_format(253402300799999, buffer), "9999-12-31T23:59:59.999Z");
	CHECK_STRING(date_format(253402300800000, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(date_format(-1, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(date_format(INT64_MIN, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(date_format(INT64_MAX, buffer), "1970-01-01T00:00:00.000Z");
	CHECK_STRING(date_format_plain(1714564805042, buffer), "2024-05-01 12:00:05");
	return test_done();
}
