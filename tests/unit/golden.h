// SPDX-License-Identifier: MIT
// Golden files: the expected text lies in a file below tests/unit, compared byte by byte. To accept
// new texts run the test with GOLDEN_UPDATE=1 and look at the difference before it is committed.
#pragma once

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline FILE *golden_open(const char *name, const char *mode)
{
	char path[512];
	const char *source = getenv("srcdir"); // set by automake
	snprintf(path, sizeof(path), "%s/tests/unit/%s", source ? source : ".", name);
	return fopen(path, mode);
}

static inline void golden_update(const char *text, const char *name)
{
	FILE *file = golden_open(name, "w");
	CHECK(file && fputs(text, file) >= 0 && !fclose(file));
}

static inline void check_golden(const char *text, const char *name)
{
	if (getenv("GOLDEN_UPDATE")) {
		golden_update(text, name);
		return;
	}
	char expected[65536];
	FILE *file = golden_open(name, "r");
	size_t length = file ? fread(expected, 1, sizeof(expected) - 1, file) : 0;
	expected[length] = '\0';
	if (file)
		fclose(file);
	if (!test_check(file && !strcmp(text, expected), name, __FILE__, __LINE__))
		printf("#   got\n%s#   for\n%s", text, expected);
}
