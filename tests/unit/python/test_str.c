// SPDX-License-Identifier: MIT
#include "python/str.h"

#include "base/text.h"

#include "literal.h"

enum { COMPACT = 1 << 5, ASCII = 1 << 6, KIND_SHIFT = 2 };

static void check(const struct literal *literal, addr_t addr, size_t limit, const char *expected)
{
	struct text text = {0};
	const struct python python = literal_python(literal);
	CHECK(!str_add(&python, addr, limit, &text));
	char *result = text_take(&text);
	CHECK_STRING(result, expected);
	free(result);
}

static enum status status_of(const struct literal *literal, addr_t addr)
{
	struct text text = {0};
	const struct python python = literal_python(literal);
	enum status status = str_add(&python, addr, 100, &text);
	text_deinit(&text);
	return status;
}

// A str of this kind, with its characters behind it or elsewhere.
static addr_t make(struct literal *literal, unsigned kind, bool is_compact, const void *characters,
	uint64_t count)
{
	uint64_t header =
		literal->layout.field[is_compact ? FIELD_str_compact_size : FIELD_str_size];
	addr_t addr = literal_object(literal, WELL_KNOWN_str, header + count * kind + kind);
	addr_t data = is_compact ? addr + header : literal_allocate(literal, count * kind + kind);
	put_field(literal, addr, FIELD_str_length, count);
	put_int(literal, addr, FIELD_str_state,
		(int32_t)(kind << KIND_SHIFT | (is_compact ? COMPACT : 0)));
	if (!is_compact)
		put_field(literal, addr, FIELD_str_data, data);
	memcpy(literal_bytes(literal, data), characters, count * kind);
	return addr;
}

static void test_kinds(struct literal *literal)
{
	static const uint16_t wide[] = {'a', 0x263a, 0xd834, 0x202e, 'z'};
	static const uint32_t widest[] = {'a', 0x1d11e, 0x110000, UINT32_MAX, 0xdfff};
	for (unsigned is_compact = 0; is_compact < 2; is_compact++) {
		check(literal, make(literal, 1, is_compact, "caf\xe9\n", 5), 100,
			"caf\xc3\xa9\\x0a");
		check(literal, make(literal, 2, is_compact, wide, 5), 100,
			"a\xe2\x98\xba\\ud834\\u202ez");
		check(literal, make(literal, 4, is_compact, widest, 5), 100,
			"a\xf0\x9d\x84\x9e\\U00110000\\Uffffffff\\udfff");
	}
	check(literal, literal_str(literal, ""), 100, "");
	check(literal, literal_str(literal, "plain"), 100, "plain");
}

static void test_limit(struct literal *literal)
{
	addr_t addr = literal_str(literal, "four");
	check(literal, addr, 0, "...");
	check(literal, addr, 3, "fou...");
	check(literal, addr, 4, "four");
	// Only what is asked for has to be readable.
	put_field(literal, addr, FIELD_str_length, 1ull << 40);
	check(literal, addr, 4, "four...");
}

// A str of the old interface (up to 3.11), whose characters are wchar_t still.
static void test_wide(struct literal *literal)
{
	static const uint32_t characters[] = {'o', 'l', 'd', 0x1d11e};
	if (!layout_has(&literal->layout, FIELD_str_wstr))
		return;
	addr_t addr = make(literal, 0, false, "", 0);
	addr_t data = literal_allocate(literal, sizeof(characters));
	memcpy(literal_bytes(literal, data), characters, sizeof(characters));
	put_field(literal, addr, FIELD_str_wstr, data);
	put_field(literal, addr, FIELD_str_wstr_length, 4);
	check(literal, addr, 100, "old\xf0\x9d\x84\x9e");
}

static void test_subclass(struct literal *literal)
{
	addr_t type = literal_object(literal, WELL_KNOWN_type, LITERAL_TYPE_BYTES);
	addr_t addr = literal_str(literal, "derived");
	put_field(literal, addr, FIELD_object_type, type);
	CHECK(status_of(literal, addr) == STATUS_INVALID);
	put_field(literal, type, FIELD_type_flags, 1 << 28);
	check(literal, addr, 100, "derived");
}

static void test_hostile(struct literal *literal)
{
	addr_t addr = literal_str(literal, "victim");
	put_field(literal, addr, FIELD_str_length, UINT64_MAX);
	CHECK(status_of(literal, addr) == STATUS_INVALID);
	put_field(literal, addr, FIELD_str_length, 6);
	put_int(literal, addr, FIELD_str_state, 3 << KIND_SHIFT | COMPACT);
	CHECK(status_of(literal, addr) == STATUS_INVALID);
	put_int(literal, addr, FIELD_str_state, 4 << KIND_SHIFT); // data is NULL
	CHECK(status_of(literal, addr) == STATUS_UNREADABLE);
	put_field(literal, addr, FIELD_object_type, 8);
	CHECK(status_of(literal, addr) == STATUS_INVALID);
	CHECK(status_of(literal, 0) == STATUS_UNREADABLE);
	CHECK(status_of(literal, UINT64_MAX - 4) == STATUS_UNREADABLE);
	CHECK(status_of(literal, LITERAL_BASE + LITERAL_BYTES - 8) == STATUS_UNREADABLE);

	// The last bytes of the image: the header is there, the characters are not.
	addr = LITERAL_BASE + LITERAL_BYTES - literal->layout.field[FIELD_str_ascii_size];
	put_field(literal, addr, FIELD_object_type, literal->runtime.well_known[WELL_KNOWN_str]);
	put_int(literal, addr, FIELD_str_state, 1 << KIND_SHIFT | COMPACT | ASCII);
	put_field(literal, addr, FIELD_str_length, 1);
	CHECK(status_of(literal, addr) == STATUS_UNREADABLE);
}

static void test_all(struct literal *literal)
{
	test_kinds(literal);
	test_limit(literal);
	test_wide(literal);
	test_subclass(literal);
	test_hostile(literal);
}

int main(void)
{
	literal_each_memory(test_all);
	return test_done();
}
