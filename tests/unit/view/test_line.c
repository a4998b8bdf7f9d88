// SPDX-License-Identifier: MIT
#include "view/line.h"

#include "../test.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

static void check_padded(
	const char *string, unsigned width, bool at_right, bool ascii, const char *expected)
{
	struct text text = {0};
	line_add_padded(&text, string, width, at_right, ascii);
	char *line = text_take(&text);
	CHECK_STRING(line, expected);
	free(line);
}

static void check_cut(const char *string, unsigned width, bool ascii, const char *expected)
{
	struct text text = {0};
	line_add_cut(&text, string, width, ascii);
	char *line = text_take(&text);
	CHECK_STRING(line, expected);
	free(line);
}

static void check_ascii(const char *string, const char *expected)
{
	struct text text = {0};
	line_add_ascii(&text, string);
	char *line = text_take(&text);
	CHECK_STRING(line, expected);
	free(line);
}

static void check_series(void)
{
	char buffer[64];
	CHECK_STRING(line_of_series(NULL, 0, buffer, sizeof(buffer)), "");
	CHECK_STRING(line_of_series((double[]){5}, 1, buffer, sizeof(buffer)), "▁");
	CHECK_STRING(line_of_series((double[]){5, 5, 5}, 3, buffer, sizeof(buffer)), "▁▁▁");
	CHECK_STRING(line_of_series((double[]){0, 1, 2, 3, 4, 5, 6, 7}, 8, buffer, sizeof(buffer)),
		"▁▂▃▄▅▆▇█");
	CHECK_STRING(line_of_series((double[]){-1e308, 1e308}, 2, buffer, sizeof(buffer)), "▁█");
	CHECK_STRING(line_of_series((double[]){1, NAN, INFINITY, 2}, 4, buffer, sizeof(buffer)), "▁▁▁█");
	CHECK_STRING(line_of_series((double[]){9, 1, 2, 3}, 4, buffer, 10), "▁▅█"); // the newest stay
	CHECK_STRING(line_of_series((double[]){1, 2}, 2, buffer, 1), "");
}

int main(void)
{
	bool has_utf8 = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
	check_padded("ab", 4, false, false, "ab  ");
	check_padded("ab", 4, true, false, "  ab");
	check_padded("abcdef", 4, false, false, "abc…");
	check_padded("abcdef", 4, false, true, "abc~");
	check_padded("abcd", 4, true, false, "abcd");
	check_padded("", 2, false, false, "  ");
	check_padded("abc", 1, false, false, "…");
	check_padded("abc", 0, false, false, "");
	// Half a wide character is never shown: its place stays empty.
	if (has_utf8)
		check_padded("\xe6\xa8\xa1\xe5\x9d\x97x", 4, false, false, "\xe6\xa8\xa1… ");
	check_cut("abc", 3, false, "abc");
	check_cut("abcd", 3, false, "ab…");
	check_cut("abc", 0, false, "");
	check_cut("a…b", 9, true, "a...b");
	check_ascii("▁▂▃▄▅▆▇█", "_.:-=+*#");
	check_ascii("↑PID ↓RSS", "^PID vRSS");
	check_ascii("caf\xc3\xa9 \xf0\x9f\x98\x80…", "caf? ?...");
	check_series();
	return test_done();
}
