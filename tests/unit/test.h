// SPDX-License-Identifier: MIT
// Unit tests speak TAP: CHECK() one fact each, end main() with `return test_done();`.
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_count;
static int test_failures;

static inline __attribute__((unused)) bool test_check(
	bool good, const char *what, const char *file, int line)
{
	test_count++;
	printf("%sok %d - %s\n", good ? "" : "not ", test_count, what);
	if (!good) {
		test_failures++;
		printf("# at %s:%d\n", file, line);
	}
	fflush(stdout);
	return good;
}

#define CHECK(condition) test_check((condition), #condition, __FILE__, __LINE__)
#define CHECK_STRING(actual, expected)                                                             \
	do {                                                                                       \
		const char *actual_ = (actual);                                                    \
		if (!test_check(actual_ && !strcmp(actual_, expected), #actual " is " #expected,   \
			    __FILE__, __LINE__))                                 \
			printf("#   got '%s'\n#   for '%s'\n", actual_ ? actual_ : "(null)",       \
				expected);                                                         \
	} while (0)

static inline __attribute__((unused)) int test_done(void)
{
	printf("1..%d\n", test_count);
	return test_failures != 0;
}
