// SPDX-License-Identifier: MIT
// Kinds of well-known packages on literal bytes: which kind a name leads to, and the structs of
// those releases that a test machine does not have.
#include "heap/kind/kind.h"

#include "../../test.h"
#include "../fake_heap.h"
#include "../references.h"

static uint64_t size_of(struct fake *fake, addr_t address)
{
	struct object object;
	uint64_t size = 0;
	if (!object_read(&fake->heap, address, &object) ||
		object_size(&fake->heap, &object, &size) != STATUS_OK)
		return UINT64_MAX;
	return size;
}

static const char *kind_of(struct fake *fake, const char *name, uint64_t flags)
{
	addr_t type = fake_static_type(fake, name, 64, 0, flags, fake->object);
	const struct type *found = types_get(&fake->heap, type);
	return found ? found->kind->name : "no type";
}

static void check_names(struct fake *fake)
{
	static const struct {
		const char *name, *kind;
	} names[] = {
		{"_cython_0_29_32.cython_function_or_method", "cython_function"},
		{"_cython_3_0_11.cython_function_or_method", "cython_function"},
		{"_cython_3_0_11.fused_cython_function", "cython_function"},
		{"_cython_3_0_11.generator", "compiled"},
		{"_cython_3_0_11.generators", "opaque"},
		{"lib.__pyx_scope_struct_12_function", "cython"},
		{"lxml.etree._Element", "cython"},
		{"lxm.etree._Element", "opaque"},
		{"psycopg2.extensions.Int", "foreign"},
		{"psycopg3.extensions.Int", "opaque"},
		{"ImagingCore", "foreign"},
		{"ImagingCores", "opaque"},
		{"", "opaque"},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK_STRING(kind_of(fake, names[i].name, 0), names[i].kind);
	// What mypyc makes of functions are heap types without a module in their name.
	CHECK_STRING(kind_of(fake, "outer_env", TYPE_FLAG_HEAP), "mypyc");
	CHECK_STRING(kind_of(fake, "outer_env", 0), "opaque");
	CHECK_STRING(kind_of(fake, "lib.outer_env", TYPE_FLAG_HEAP), "opaque");
}

// A class below one that a kind names is read as that kind says, whatever its own name.
static void check_base_first(struct fake *fake)
{
	addr_t type = fake_static_type(fake, "psycopg2.Text",
		fake->layout.field[FIELD_str_size] + 8, 0, TYPE_FLAG_STR, fake->str);
	const struct type *found = types_get(&fake->heap, type);
	CHECK(found && !strcmp(found->kind->name, "str"));
}

static void poke_all(struct fake *fake, addr_t at, const uint64_t *words, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		fake_poke(fake, at + 8 * i, words[i]);
}

static void check_pairs(struct fake *fake, addr_t dict, const addr_t *pair, uint64_t size)
{
	struct references found;
	struct object object;
	uint64_t length = 0;
	CHECK(references_read(&fake->heap, dict, &found) == STATUS_OK);
	CHECK(found.count == 4); // three of the pair and the type
	CHECK(references_have(&found, pair[0], EDGE_KEY, 0));
	CHECK(references_have(&found, pair[1], EDGE_KEY, 0));
	CHECK(references_have(&found, pair[2], EDGE_VALUE, pair[1]));
	CHECK(object_read(&fake->heap, dict, &object));
	CHECK(!object.type->kind->length(&fake->heap, &object, &length) && length == 1);
	CHECK(size_of(fake, dict) == size);
}

static addr_t multidict_type(struct fake *fake, uint64_t basicsize)
{
	return fake_static_type(
		fake, "multidict._multidict.MultiDict", basicsize, 0, 0, fake->object);
}

// 5.x to 6.1 without a state, 6.2 to 6.4 with one; what lies behind the last pair is left over.
static void check_pair_list(struct fake *fake, bool has_state)
{
	addr_t pair[] = {fake_str(fake, "key"), fake_str(fake, "Key"), fake_str(fake, "value")};
	addr_t stale = fake_str(fake, "stale");
	uint64_t start = 16 + (has_state ? 8 : 0), basicsize = start + 40 + 32 * 28;
	addr_t dict = fake_object(fake, multidict_type(fake, basicsize), basicsize);
	addr_t fields = dict + start, buffer = fields + 40;
	poke_all(fake, fields, (uint64_t[]){28, 1, 7, 0, buffer}, 5);
	poke_all(fake, buffer, (uint64_t[]){pair[0], pair[1], pair[2], 4711, stale, stale}, 6);
	check_pairs(fake, dict, pair, basicsize);

	addr_t block = fake_allocate(fake, 64 * 32); // of more than the struct has room for
	poke_all(fake, fields, (uint64_t[]){64, 1, 7, 0, block}, 5);
	poke_all(fake, block, (uint64_t[]){pair[0], pair[1], pair[2], 4711}, 4);
	check_pairs(fake, dict, pair, basicsize + 64 * 32);

	struct references found;
	fake_poke(fake, fields + 8, 65); // more than allocated
	CHECK(references_read(&fake->heap, dict, &found) == STATUS_INVALID && found.count == 1);
	CHECK(size_of(fake, dict) == UINT64_MAX);
}

// From 6.5 on. A deleted entry has no identity.
static void check_pair_table(struct fake *fake)
{
	addr_t pair[] = {fake_str(fake, "key"), fake_str(fake, "Key"), fake_str(fake, "value")};
	addr_t keys = fake_allocate(fake, 24 + 8 + 5 * 32), entries = keys + 24 + 8;
	addr_t dict = fake_object(fake, multidict_type(fake, 16 + 40), 16 + 40);
	poke_all(fake, dict + 16, (uint64_t[]){0, 1, 7, 1, keys}, 5);
	poke_all(fake, keys, (uint64_t[]){3 | 3 << 8, 3, 2}, 3);
	poke_all(fake, entries, (uint64_t[]){4711, pair[0], pair[1], pair[2], 4712}, 5);
	check_pairs(fake, dict, pair, 16 + 40 + 24 + 8 + 5 * 32);

	poke_all(fake, dict + 16, (uint64_t[]){0, 0, 7, 1, keys}, 5);
	poke_all(fake, keys, (uint64_t[]){3 | 3 << 8, 0, 0}, 3); // the one that empty dicts share
	CHECK(size_of(fake, dict) == 16 + 40);
	fake_poke(fake, keys, 255 | 3 << 8);
	CHECK(size_of(fake, dict) == UINT64_MAX);
}

static addr_t array_of(struct fake *fake, addr_t dtype, addr_t data)
{
	addr_t type = fake_static_type(fake, "numpy.ndarray", 96, 0, 0, fake->object);
	addr_t array = fake_object(fake, type, 96);
	addr_t dimensions = fake_allocate(fake, 2 * 8);
	poke_all(fake, dimensions, (uint64_t[]){2, 3}, 2);
	poke_all(fake, array + 16, (uint64_t[]){data, 2, dimensions, 0, 0, dtype, 4}, 7);
	return array;
}

static addr_t dtype_of_size(struct fake *fake, uint64_t basicsize)
{
	addr_t type = fake_static_type(fake, "numpy.dtype", basicsize, 0, 0, fake->object);
	return fake_object(fake, type, 128);
}

// The size of numpy.dtype says what its fields are; where it is none that we know no array is
// sized, but what it is of is reported all the same.
static void check_arrays(struct fake *fake)
{
	struct references found;
	addr_t first = fake_str(fake, "first"), last = fake_str(fake, "last");
	addr_t data = fake_allocate(fake, 6 * 8);
	poke_all(fake, data, (uint64_t[]){first, 0, 0, 0, 0, last}, 6);

	addr_t old = dtype_of_size(fake, 96), array = array_of(fake, old, data);
	poke_all(fake, old + 24, (uint64_t[]){UINT64_C(1) << 24 | UINT64_C(17) << 32, 8}, 2);
	CHECK(size_of(fake, array) == 96 + 2 * 8 * 2 + 6 * 8);
	CHECK(references_read(&fake->heap, array, &found) == STATUS_OK && found.count == 4);
	CHECK(references_have(&found, first, EDGE_INDEX, 0));
	CHECK(references_have(&found, last, EDGE_INDEX, 5));
	CHECK(references_have_field(&found, old, "dtype"));

	addr_t new = dtype_of_size(fake, 88);
	array = array_of(fake, new, data);
	poke_all(fake, new + 24, (uint64_t[]){UINT64_C(17) << 32, 1, 8}, 3);
	CHECK(size_of(fake, array) == 96 + 2 * 8 * 2 + 6 * 8);
	CHECK(references_read(&fake->heap, array, &found) == STATUS_OK && found.count == 4);

	addr_t unknown = dtype_of_size(fake, 104);
	array = array_of(fake, unknown, data);
	CHECK(size_of(fake, array) == UINT64_MAX);
	CHECK(references_read(&fake->heap, array, &found) == STATUS_INVALID);
	CHECK(found.count == 2 && references_have_field(&found, unknown, "dtype"));
}

// A record whose only field is of its own dtype, and many such fields.
static void check_endless_record(struct fake *fake)
{
	struct references found;
	addr_t dtype = dtype_of_size(fake, 96), array = array_of(fake, dtype, dtype);
	// A tuple, whose type nobody asks for.
	addr_t field = fake_object(fake, fake->list, 24 + 2 * 8);
	addr_t zero = fake_object(
		fake, fake_static_type(fake, "int", 24, 4, TYPE_FLAG_INT, fake->object), 32);
	addr_t keys[6], values[6];
	poke_all(fake, field + 16, (uint64_t[]){2, dtype, zero}, 3);
	for (unsigned i = 0; i < 6; i++) {
		keys[i] = fake_str(fake, "field");
		values[i] = field;
	}
	poke_all(fake, dtype + 24,
		(uint64_t[]){UINT64_C(1) << 24 | UINT64_C(20) << 32, 8, 0,
			fake_dict(fake, keys, values, 6)},
		4);
	CHECK(references_read(&fake->heap, array, &found) == STATUS_INVALID);
	CHECK(found.count == 2);
}

// A frame of code without variables; function stands for what it refers to.
static void make_frame(
	struct fake *fake, addr_t frame, addr_t code, addr_t function, addr_t previous)
{
	fake_set(fake, frame, FIELD_frame_code, code);
	fake_set(fake, frame, FIELD_frame_function, function);
	fake_set(fake, frame, FIELD_frame_previous, previous);
}

static addr_t well_known_type(
	struct fake *fake, enum well_known which, const char *name, uint64_t basicsize)
{
	addr_t type = fake_static_type(fake, name, basicsize, 0, 0, fake->object);
	fake->runtime.well_known[which] = type;
	return type;
}

// One that waits: the frame between two others was on the C stack, of which it keeps a copy. Its
// words in the order of greenlet 3.1 on CPython 3.13, but for those that are 0.
static void check_greenlet(struct fake *fake)
{
	static const addr_t c_stack = UINT64_C(0x7ffc00001000);
	static struct references found;
	addr_t type = fake_static_type(fake, "greenlet.greenlet", 40, 0, 0, fake->object);
	addr_t main = fake_object(fake, type, 40), greenlet = fake_object(fake, type, 40);
	addr_t words = fake_allocate(fake, 25 * 8), copy = fake_allocate(fake, 512);
	addr_t stack = fake_allocate(fake, 1024), functions[3];
	addr_t code = fake_object(fake, well_known_type(fake, WELL_KNOWN_code, "code", 200), 400);
	addr_t frame = fake_object(fake, well_known_type(fake, WELL_KNOWN_frame, "frame", 64), 64);
	addr_t tuple = well_known_type(fake, WELL_KNOWN_tuple, "tuple", 24);
	fake_set(fake, code, FIELD_code_localsplusnames, fake_object(fake, tuple, 24));
	for (unsigned i = 0; i < 3; i++)
		functions[i] = fake_str(fake, "function");
	make_frame(fake, stack, code, functions[0], c_stack + 64);
	make_frame(fake, copy + 64, code, functions[1], stack + 512);
	make_frame(fake, stack + 512, code, functions[2], 0);
	fake_poke(fake, greenlet + 32, words);
	poke_all(fake, words + 6 * 8, (uint64_t[]){c_stack, c_stack + 512, copy, 512}, 4);
	poke_all(fake, words + 12 * 8, (uint64_t[]){frame, 0, 0, stack}, 4);
	poke_all(fake, words + 19 * 8, (uint64_t[]){greenlet, main, 0, main}, 4);

	CHECK(references_read(&fake->heap, greenlet, &found) == STATUS_OK);
	for (unsigned i = 0; i < 3; i++)
		CHECK(references_have_field(&found, functions[i], "f_func"));
	CHECK(references_have_field(&found, main, "main"));
	CHECK(references_have_field(&found, main, "parent"));
	CHECK(references_have(&found, frame, EDGE_OPAQUE, 12 * 8));
	CHECK(!references_have(&found, greenlet, EDGE_OPAQUE, 19 * 8));

	fake_poke(fake, words + 12 * 8, 0); // it runs: the frame is out of date
	CHECK(references_read(&fake->heap, greenlet, &found) == STATUS_OK && found.count == 3);
	fake_poke(fake, words + 12 * 8, frame);
	make_frame(fake, stack + 512, code, functions[2], stack); // in a circle
	CHECK(references_read(&fake->heap, greenlet, &found) == STATUS_OK);
	make_frame(fake, stack + 512, code, functions[2], c_stack + 512); // not in the copy
	CHECK(references_read(&fake->heap, greenlet, &found) == STATUS_UNREADABLE);
	fake_poke(fake, greenlet + 32, FAKE_START + FAKE_SIZE - 16);
	CHECK(references_read(&fake->heap, greenlet, &found) == STATUS_UNREADABLE);
}

int main(void)
{
	struct fake fake;
	fake_init(&fake, 0x030b02);
	check_names(&fake);
	check_base_first(&fake);
	check_pair_list(&fake, false);
	check_pair_list(&fake, true);
	check_pair_table(&fake);
	check_arrays(&fake);
	check_endless_record(&fake);
	check_greenlet(&fake);
	fake_deinit(&fake);
	return test_done();
}
