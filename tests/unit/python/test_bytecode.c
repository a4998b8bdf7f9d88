// SPDX-License-Identifier: MIT
#include "python/bytecode.h"

#include "literal.h"

// The bytes are in the code object, or in one of their own.
static addr_t make_code(struct literal *literal, const uint8_t *bytes, size_t size)
{
	addr_t code = literal_object(literal, WELL_KNOWN_code, 1024 + size);
	if (!layout_has(&literal->layout, FIELD_code_bytecode)) {
		put_field(literal, code, FIELD_code_code, literal_data(literal, bytes, size));
		return code;
	}
	put_field(literal, code, FIELD_var_size, size / 2);
	addr_t place = code + literal->layout.field[FIELD_code_bytecode];
	memcpy(literal_bytes(literal, place), bytes, size);
	return code;
}

// The opcode with this role that has the lowest number: of some there are many.
static unsigned find_opcode(const struct opcode *opcodes, enum opcode_role role)
{
	for (unsigned i = 0; i < 256; i++)
		if (opcodes[i].role == role)
			return i;
	return 256;
}

// Every version: an argument of several bytes, caches whatever is in them, the end.
static void test_reading(struct literal *literal)
{
	const struct python python = literal_python(literal);
	const struct opcode *opcodes = opcodes_of(literal->layout.first_version);
	struct bytecode bytecode;
	struct instruction instruction;
	if (!CHECK(opcodes != NULL))
		return;
	unsigned load = find_opcode(opcodes, OPCODE_LOAD_NAME);
	unsigned store = find_opcode(opcodes, OPCODE_STORE_SUBSCR);
	unsigned wide = find_opcode(opcodes, OPCODE_EXTENDED_ARG);
	CHECK(load < 256 && store < 256 && wide < 256);
	uint8_t bytes[256];
	memset(bytes, 255, sizeof(bytes));
	size_t store_bytes = 2 + 2u * opcodes[store].caches;
	memcpy(bytes, (uint8_t[]){wide, 1, wide, 2, load, 3, store, 0}, 8);
	memcpy(bytes + 6 + store_bytes, (uint8_t[]){load, 7}, 2);
	addr_t code = make_code(literal, bytes, 8 + store_bytes);
	CHECK(!bytecode_open(&python, code, &bytecode));
	CHECK(bytecode_next(&bytecode, &instruction) && instruction.role == OPCODE_LOAD_NAME);
	CHECK(instruction.argument == 0x10203 && instruction.name == 0x10203);
	CHECK(instruction.offset == 4 && instruction.has_effect && instruction.effect == 1);
	CHECK(bytecode_next(&bytecode, &instruction) && instruction.role == OPCODE_STORE_SUBSCR);
	CHECK(instruction.offset == 6 && instruction.effect == -3);
	CHECK(bytecode_next(&bytecode, &instruction) && instruction.argument == 7);
	CHECK(!bytecode_next(&bytecode, &instruction));

	// Cut in the middle of the caches, and behind an EXTENDED_ARG.
	code = make_code(literal, bytes, 8);
	CHECK(!bytecode_open(&python, code, &bytecode));
	CHECK(bytecode_next(&bytecode, &instruction) && bytecode_next(&bytecode, &instruction));
	CHECK(!bytecode_next(&bytecode, &instruction) && !bytecode_next(&bytecode, &instruction));
	code = make_code(literal, bytes, 4);
	CHECK(!bytecode_open(&python, code, &bytecode) && !bytecode_next(&bytecode, &instruction));
	code = make_code(literal, bytes, 0);
	CHECK(!bytecode_open(&python, code, &bytecode) && !bytecode_next(&bytecode, &instruction));
}

// Any two bytes, with the largest of arguments: it ends.
static void test_nonsense(struct literal *literal)
{
	const struct python python = literal_python(literal);
	uint8_t bytes[1024];
	bool ends = true;
	unsigned wide = find_opcode(
		opcodes_of(literal->layout.first_version), OPCODE_EXTENDED_ARG);
	for (unsigned i = 0; i < 256; i++) {
		struct bytecode bytecode;
		struct instruction instruction;
		for (size_t at = 0; at < sizeof(bytes); at += 2) {
			bytes[at] = at % 16 == 8 ? (uint8_t)i : (uint8_t)wide;
			bytes[at + 1] = 255;
		}
		addr_t code = make_code(literal, bytes, sizeof(bytes));
		size_t count = 0;
		ends &= !bytecode_open(&python, code, &bytecode);
		while (count <= sizeof(bytes) && bytecode_next(&bytecode, &instruction))
			count++;
		ends &= count < sizeof(bytes) / 2;
	}
	CHECK(ends);
	struct bytecode bytecode;
	addr_t code = make_code(literal, bytes, sizeof(bytes));
	bool is_inside = layout_has(&literal->layout, FIELD_code_bytecode);
	put_field(literal, code, is_inside ? FIELD_var_size : FIELD_code_code, UINT64_MAX / 2);
	CHECK(bytecode_open(&python, code, &bytecode) != STATUS_OK);
	CHECK(bytecode_open(&python, 0, &bytecode) == STATUS_UNREADABLE);
}

struct expected {
	enum opcode_role role;
	size_t offset;
	int effect;
	uint32_t name;
	bool has_flag;
};

static void check_bytes(uint32_t version, const uint8_t *bytes, size_t size,
	const struct expected *expected, size_t count)
{
	struct bytecode bytecode = {
		.bytes = bytes, .size = size, .opcodes = opcodes_of(version)};
	struct instruction found;
	for (size_t i = 0; i < count; i++) {
		CHECK(bytecode_next(&bytecode, &found) && found.role == expected[i].role);
		CHECK(found.offset == expected[i].offset && found.effect == expected[i].effect);
		CHECK(found.name == expected[i].name && found.has_flag == expected[i].has_flag);
	}
	CHECK(!bytecode_next(&bytecode, &found));
}

// cache[key] = len(key), cache.append(key), as those versions compile it and run it a thousand times:
// numbers from their Include/opcode.h.
static void test_versions(void)
{
	static const uint8_t plain[] = {116, 0, 124, 0, 131, 1, 116, 1, 124, 0, 60, 0, 116, 1, 160, 2,
		124, 0, 161, 1};
	check_bytes(0x030802, plain, sizeof(plain),
		(const struct expected[]){{OPCODE_LOAD_GLOBAL, 0, 1, 0, false},
			{OPCODE_LOAD_LOCAL, 2, 1, 0, false}, {OPCODE_CALL, 4, -1, 1, false},
			{OPCODE_LOAD_GLOBAL, 6, 1, 1, false}, {OPCODE_LOAD_LOCAL, 8, 1, 0, false},
			{OPCODE_STORE_SUBSCR, 10, -3, 0, false},
			{OPCODE_LOAD_GLOBAL, 12, 1, 1, false}, {OPCODE_LOAD_METHOD, 14, 1, 2, false},
			{OPCODE_LOAD_LOCAL, 16, 1, 0, false}, {OPCODE_CALL, 18, -2, 1, false}},
		10);

	// 3.11: LOAD_GLOBAL_BUILTIN, LOAD_FAST, ..., LOAD_GLOBAL_MODULE, LOAD_FAST, STORE_SUBSCR_DICT
	static const uint8_t hot[] = {48, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 124, 0, 55, 2, 9, 9, 9, 9, 9,
		9, 9, 9, 9, 9, 124, 0, 169, 0, 9, 9};
	check_bytes(0x030b02, hot, sizeof(hot),
		(const struct expected[]){{OPCODE_LOAD_GLOBAL, 0, 2, 0, true},
			{OPCODE_LOAD_LOCAL, 12, 1, 0, false}, {OPCODE_LOAD_GLOBAL, 14, 1, 1, false},
			{OPCODE_LOAD_LOCAL, 26, 1, 0, false},
			{OPCODE_STORE_SUBSCR, 28, -3, 0, false}},
		5);

	// 3.12: LOAD_ATTR_METHOD_NO_DICT, whose name is the third; INSTRUMENTED_CALL; INSTRUMENTED_LINE
	uint8_t called[40] = {81, 5};
	memcpy(called + 20, (const uint8_t[]){241, 1, 0, 0, 0, 0, 0, 0, 254, 0, 60, 0}, 12);
	check_bytes(0x030c01, called, sizeof(called),
		(const struct expected[]){
			{OPCODE_LOAD_ATTR, 0, 1, 2, true}, {OPCODE_CALL, 20, -2, 1, false}},
		2);
	CHECK(!opcodes_of(0x020700) && !opcodes_of(LAYOUT_NEWEST + 0x100));
	CHECK(opcodes_of(LAYOUT_OLDEST) && opcodes_of(LAYOUT_NEWEST));
}

int main(void)
{
	test_versions();
	literal_each(test_reading);
	literal_each(test_nonsense);
	return test_done();
}
