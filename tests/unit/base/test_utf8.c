// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include "../test.h"

#include <locale.h>

static void test_all_characters(void)
{
	bool good = true;
	uint32_t decoded;
	char bytes[UTF8_SIZE_MAX + 1] = "";
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		size_t size = utf8_encode(code, bytes);
		bytes[size] = '\0';
		size_t again = utf8_decode(bytes, size, &decoded);
		if (!utf8_is_encodable(code)) {
			good &= !again;
			continue;
		}
		good &= again == size && decoded == code;
		good &= size == 1 || !utf8_decode(bytes, size - 1, &decoded);
		const char *at = bytes;
		good &= utf8_next(&at) == code && at == bytes + size;
	}
	CHECK(good);
	CHECK(!utf8_is_encodable(0xd800) && !utf8_is_encodable(0xdfff));
	CHECK(utf8_is_encodable(0xd7ff) && utf8_is_encodable(0xe000));
	CHECK(utf8_is_encodable(0x10ffff) && !utf8_is_encodable(0x110000));
}

static void test_invalid(void)
{
	static const char *const invalid[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80",
		"\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80", "\xff", "\xc3", "\xc3(", "\xe2\x82", "\xe2\x82(",
		"\xed\xa0\x80"};
	uint32_t code = 7;
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
		CHECK(!utf8_decode(invalid[i], strlen(invalid[i]), &code) && code == 7);
}

static void test_unsafe(void)
{
	static const uint32_t unsafe[] = {0, 0x1b, 0x7f, 0x9b, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060,
		0x2066, 0xfeff, 0xfff9, 0xe0001, 0x10ffff};
	static const uint32_t safe[] = {' ', '~', 0xa0, 0xe9, 0x2026, 0x2588, 0x6a21, 0x1f600};
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(*unsafe); i++)
		CHECK(utf8_is_unsafe(unsafe[i]));
	for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
		CHECK(!utf8_is_unsafe(safe[i]));
}

static void test_cut(void)
{
	const char *text = "a\xc3\xa9\xe2\x82\xac";
	static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6};
	for (size_t i = 0; i <= strlen(text); i++)
		CHECK(utf8_cut(text, i) == expected[i]);
	CHECK(utf8_cut("\x80\x80\x80", 2) == 0);
}

static void test_width(void)
{
	unsigned width = 7;
	bool has_utf8 = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
	CHECK(utf8_width("") == 0 && utf8_width("dict") == 4);
	CHECK(utf8_width("caf\xc3\xa9") == 4);
	// A stray byte, which the contract excludes, still does not lead astray.
	CHECK(utf8_width("a\xff") == 2 && utf8_width("\xe2\x96") >= 1);
	CHECK(utf8_fit("abc", 2, &width) == 2 && width == 2);
	CHECK(utf8_fit("abc", 5, &width) == 3 && width == 3);
	CHECK(utf8_fit("", 5, &width) == 0 && width == 0);
	CHECK(utf8_fit("abc", 0, NULL) == 0);
	if (!has_utf8)
		return;
	const char *wide = "\xe6\xa8\xa1\xe5\x9d\x97x";
	CHECK(utf8_width(wide) == 5);
	CHECK(utf8_fit(wide, 3, &width) == 3 && width == 2);
	CHECK(utf8_fit("e\xcc\x81x", 1, &width) == 3 && width == 1); // a combining accent
}

int main(void)
{
	test_all_characters();
	test_invalid();
	test_unsafe();
	test_cut();
	test_width();
	return test_done();
}
