// SPDX-License-Identifier: MIT
#include "python/frame.h"

#include "python/code.h"

#include "literal_frames.h"

enum { OWNER_FRAME_OBJECT = 2, OWNER_SHIM = 3 };

static addr_t slot_address(const struct literal *literal, addr_t frame, unsigned slot)
{
	enum layout_field field = has_interpreter_frames(literal) ? FIELD_frame_localsplus
								  : FIELD_frame_object_localsplus;
	return frame + literal->layout.field[field] + 8 * slot;
}

// What a visit reported.
struct found {
	struct frame_visitor base;
	struct {
		addr_t to;
		enum frame_slot slot;
		uint64_t detail;
	} items[64];
	size_t count;
};

static void add_reference(
	struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail)
{
	struct found *found = (struct found *)visitor;
	if (found->count == 64)
		return;
	found->items[found->count].to = to;
	found->items[found->count].slot = slot;
	found->items[found->count++].detail = detail;
}

static unsigned count_slots(const struct found *found, enum frame_slot slot)
{
	unsigned count = 0;
	for (size_t i = 0; i < found->count; i++)
		count += found->items[i].slot == slot;
	return count;
}

static bool has(const struct found *found, addr_t to, enum frame_slot slot, uint64_t detail)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i].to == to && found->items[i].slot == slot &&
			found->items[i].detail == detail)
			return true;
	}
	return false;
}

static bool has_field(const struct found *found, addr_t to, const char *name)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i].to == to && found->items[i].slot == FRAME_FIELD &&
			!strcmp(field_name_text(frame_field_name(
				       (enum layout_field)found->items[i].detail)), name))
			return true;
	}
	return false;
}

static struct found visit(const struct literal *literal, addr_t frame, enum status expected)
{
	const struct python python = literal_python(literal);
	struct found found = {.base = {.reference = add_reference}};
	CHECK(frame_visit(&python, frame, &found.base) == expected);
	return found;
}

static void test_references(struct literal *literal)
{
	struct objects objects = make_objects(literal, "retrieve_user");
	addr_t frame = make_frame(literal, &objects, 0, 1, 0);
	struct found found = visit(literal, frame, STATUS_OK);
	CHECK(has(&found, objects.values[0], FRAME_LOCAL, objects.names[0]));
	CHECK(has(&found, objects.values[1], FRAME_LOCAL, objects.names[1]));
	CHECK(has(&found, objects.values[2], FRAME_STACK, 0));
	CHECK(count_slots(&found, FRAME_LOCAL) == LOCALS);
	CHECK(count_slots(&found, FRAME_STACK) == 1);
	CHECK(count_slots(&found, FRAME_STALE) == 0);
	CHECK(has_field(&found, objects.code, "f_code"));
	CHECK(has_field(&found, objects.locals, "f_locals"));
	CHECK(has_field(&found, objects.function, "f_func") == has_interpreter_frames(literal));
	CHECK(!has_field(&found, 0x1000, "f_globals"));

	put_u64(literal, slot_address(literal, frame, 0), 0);
	found = visit(literal, frame, STATUS_OK);
	CHECK(count_slots(&found, FRAME_LOCAL) == LOCALS - 1);
}

static void test_unknown_depth(struct literal *literal)
{
	struct objects objects = make_objects(literal, "running");
	addr_t frame = make_frame(literal, &objects, 0, UNKNOWN_DEPTH, 0);
	struct found found = visit(literal, frame, STATUS_OK);
	CHECK(count_slots(&found, FRAME_LOCAL) == LOCALS);
	CHECK(count_slots(&found, FRAME_STACK) == 0);
	CHECK(count_slots(&found, FRAME_STALE) == STACK);
	CHECK(has(&found, objects.values[4], FRAME_STALE, 2));

	// A depth that cannot be is not known either.
	frame = make_frame(literal, &objects, 0, STACK + 1, 0);
	found = visit(literal, frame, STATUS_OK);
	CHECK(count_slots(&found, FRAME_STALE) == STACK);
}

// 3.8, 3.9: no stack pointer either, but the frame says that nothing runs in it.
static void test_ended(struct literal *literal)
{
	if (!layout_has(&literal->layout, FIELD_frame_object_executing))
		return;
	struct objects objects = make_objects(literal, "ended");
	addr_t frame = make_frame(literal, &objects, 0, UNKNOWN_DEPTH, 0);
	put_byte(literal, frame, FIELD_frame_object_executing, 0);
	struct found found = visit(literal, frame, STATUS_OK);
	CHECK(count_slots(&found, FRAME_LOCAL) == LOCALS);
	CHECK(count_slots(&found, FRAME_STALE) == 0);
}

static void test_tagged(struct literal *literal)
{
	struct objects objects = make_objects(literal, "tagged");
	addr_t frame = make_frame(literal, &objects, 0, 2, 0);
	if (!literal->layout.traits.has_tagged_stack_refs)
		return;
	put_field(literal, frame, FIELD_frame_code, objects.code | 1);
	put_u64(literal, slot_address(literal, frame, 0), objects.values[0] | 1);
	put_u64(literal, slot_address(literal, frame, 1), 1);	    // NULL
	put_u64(literal, slot_address(literal, frame, 2), 42 << 2 | 3); // an integer
	put_u64(literal, slot_address(literal, frame, 3), 0x1002);	    // an internal mark
	struct found found = visit(literal, frame, STATUS_OK);
	CHECK(has_field(&found, objects.code, "f_code"));
	CHECK(has(&found, objects.values[0], FRAME_LOCAL, objects.names[0]));
	CHECK(count_slots(&found, FRAME_LOCAL) == 1);
	CHECK(count_slots(&found, FRAME_STACK) == 0);
}

static void test_shim(struct literal *literal)
{
	const struct python python = literal_python(literal);
	struct objects objects = make_objects(literal, "shim");
	addr_t frame = make_frame(literal, &objects, 0x1230, 1, 0);
	struct frame read;
	if (!literal->layout.traits.has_shim_frames)
		return;
	put_byte(literal, frame, FIELD_frame_owner, OWNER_SHIM);
	CHECK(visit(literal, frame, STATUS_OK).count == 0);
	CHECK(!frame_read(&python, frame, &read));
	CHECK(read.code == 0);
	CHECK(read.previous == 0x1230);
}

// A frame object gives the frame's references only where it owns the frame.
static void test_frame_object(struct literal *literal)
{
	const struct python python = literal_python(literal);
	struct objects objects = make_objects(literal, "finished");
	struct found found = {.base = {.reference = add_reference}};
	if (!has_interpreter_frames(literal))
		return;
	addr_t frame = make_frame(literal, &objects, 0, 1, 0);
	addr_t object = literal_object(literal, WELL_KNOWN_frame, 256);
	put_field(literal, object, FIELD_frame_object_back, objects.function);
	put_field(literal, object, FIELD_frame_object_trace, objects.locals);
	put_field(literal, object, FIELD_frame_object_frame, frame);
	CHECK(!frame_object_visit(&python, object, &found.base));
	CHECK(found.count == 2);
	CHECK(has_field(&found, objects.function, "f_back"));
	CHECK(has_field(&found, objects.locals, "f_trace"));
	put_byte(literal, frame, FIELD_frame_owner, OWNER_FRAME_OBJECT);
	CHECK(!frame_object_visit(&python, object, &found.base));
	CHECK(has(&found, objects.values[0], FRAME_LOCAL, objects.names[0]));
}

static void test_lines(struct literal *literal)
{
	const struct python python = literal_python(literal);
	static const struct {
		int offset, line;
	} cases[] = {{-2, FIRST_LINE}, {0, 10}, {2, 10}, {4, 12}, {6, 12}};
	struct objects objects = make_objects(literal, "retrieve_user");
	char *name = NULL, *file = NULL;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame frame;
		addr_t addr = make_frame(literal, &objects, 0, 0, cases[i].offset);
		CHECK(!frame_read(&python, addr, &frame));
		CHECK(frame.line == cases[i].line);
		CHECK(frame.code == objects.code);
	}
	CHECK(!code_describe(&python, objects.code, &name, &file));
	CHECK_STRING(name, "retrieve_user");
	CHECK_STRING(file, "service.py");
	free(name);
	free(file);
	CHECK(code_describe(&python, objects.names[0], &name, &file) ==
		STATUS_INVALID);
}

static void test_hostile_frames(struct literal *literal)
{
	const struct python python = literal_python(literal);
	struct objects objects = make_objects(literal, "hostile");
	addr_t frame = make_frame(literal, &objects, 0, 1, 0);
	struct frame read;
	enum layout_field code_field =
		has_interpreter_frames(literal) ? FIELD_frame_code : FIELD_frame_object_code;

	put_int(literal, objects.code, FIELD_code_stacksize, INT32_MIN);
	CHECK(count_slots(&(struct found[]){visit(literal, frame, STATUS_INVALID)}[0],
		      FRAME_LOCAL) == 0);
	put_int(literal, objects.code, FIELD_code_stacksize, 1 << 16);
	visit(literal, frame, STATUS_OK);
	put_int(literal, objects.code, FIELD_code_stacksize, STACK);
	put_field(literal, objects.code, FIELD_code_localsplusnames, objects.function);
	put_field(literal, objects.code, FIELD_code_varnames, objects.function);
	visit(literal, frame, STATUS_INVALID);

	put_field(literal, frame, code_field, objects.function); // no code object
	visit(literal, frame, STATUS_INVALID);
	CHECK(frame_read(&python, frame, &read) == STATUS_INVALID);
	put_field(literal, frame, code_field, 0x1000);
	visit(literal, frame, STATUS_UNREADABLE);
	visit(literal, 0, STATUS_UNREADABLE);
	visit(literal, UINT64_MAX - 7, STATUS_UNREADABLE);
	visit(literal, LITERAL_BASE + LITERAL_BYTES - 16, STATUS_UNREADABLE);
	CHECK(frame_read(&python, 0, &read) == STATUS_UNREADABLE);
}

// The size of a frame as code asks for it: the fixed part, variables and stack.
static void test_size(struct literal *literal)
{
	const struct python python = literal_python(literal);
	struct objects objects = make_objects(literal, "sized");
	uint64_t size = 0, fixed = literal->layout.field[FIELD_frame_localsplus];
	if (!has_interpreter_frames(literal))
		return;
	put_int(literal, objects.code, FIELD_code_framesize, (int32_t)(fixed / 8) + LOCALS + STACK);
	CHECK(!code_frame_size(&python, objects.code, &size));
	CHECK(size == fixed + 8 * (LOCALS + STACK));
	put_int(literal, objects.code, FIELD_code_framesize, -1);
	put_int(literal, objects.code, FIELD_code_nlocalsplus, -1);
	CHECK(code_frame_size(&python, objects.code, &size) == STATUS_INVALID);
	CHECK(code_frame_size(&python, 0, &size) == STATUS_UNREADABLE);
}

static void test_all(struct literal *literal)
{
	test_references(literal);
	test_unknown_depth(literal);
	test_ended(literal);
	test_tagged(literal);
	test_shim(literal);
	test_frame_object(literal);
	test_lines(literal);
	test_hostile_frames(literal);
	test_size(literal);
}

int main(void)
{
	literal_each_memory(test_all);
	return test_done();
}
