// SPDX-License-Identifier: MIT
// Threads and frames for an interpreter made of literals.
#pragma once

#include "literal.h"

enum {
	LOCALS = 2,
	STACK = 3,
	SLOTS = LOCALS + STACK,
	UNKNOWN_DEPTH = -1,
	FIRST_LINE = 10,
};

// Objects that the frames refer to; any type will do.
struct objects {
	addr_t code, function, locals, names[LOCALS], values[SLOTS];
};

// Line 10 for the first four bytes of bytecode, then line 12, in the version's own form.
static inline addr_t make_line_table(struct literal *literal)
{
	if (literal->layout.traits.has_location_table)
		return literal_data(literal, "\xe9\x00\xe9\x04", 4);
	if (literal->layout.traits.has_scaled_lasti)
		return literal_data(literal, "\x04\x00\x04\x02", 4);
	return literal_data(literal, "\x04\x02", 2);
}

static inline addr_t make_code(struct literal *literal, const char *name, const addr_t *names)
{
	const struct layout *layout = &literal->layout;
	addr_t code = literal_object(literal, WELL_KNOWN_code, layout->field[FIELD_code_size] + 64);
	addr_t empty = literal_tuple(literal, NULL, 0);
	put_field(literal, code, FIELD_code_name, literal_str(literal, name));
	put_field(literal, code, FIELD_code_filename, literal_str(literal, "/srv/app/service.py"));
	put_field(literal, code, FIELD_code_linetable, make_line_table(literal));
	put_int(literal, code, FIELD_code_firstlineno, FIRST_LINE);
	put_int(literal, code, FIELD_code_nlocals, LOCALS);
	put_int(literal, code, FIELD_code_nlocalsplus, LOCALS);
	put_int(literal, code, FIELD_code_stacksize, STACK);
	put_field(literal, code, FIELD_code_localsplusnames,
		literal_tuple(literal, names, LOCALS));
	put_field(literal, code, FIELD_code_varnames, literal_tuple(literal, names, 1));
	put_field(literal, code, FIELD_code_cellvars, literal_tuple(literal, names + 1, 1));
	put_field(literal, code, FIELD_code_freevars, empty);
	return code;
}

static inline struct objects make_objects(struct literal *literal, const char *name)
{
	struct objects objects;
	objects.names[0] = literal_str(literal, "first");
	objects.names[1] = literal_str(literal, "second");
	objects.code = make_code(literal, name, objects.names);
	objects.function = literal_object(literal, WELL_KNOWN_function, 256);
	objects.locals = literal_object(literal, WELL_KNOWN_dict, 64);
	for (unsigned i = 0; i < SLOTS; i++)
		objects.values[i] = literal_object(literal, WELL_KNOWN_list, 64);
	return objects;
}

static inline bool has_interpreter_frames(const struct literal *literal)
{
	return layout_has(&literal->layout, FIELD_frame_code);
}

// depth is that of the value stack, or UNKNOWN_DEPTH; offset that of the instruction.
static inline addr_t make_interpreter_frame(struct literal *literal, const struct objects *objects,
	addr_t previous, int depth, int offset)
{
	const struct layout *layout = &literal->layout;
	addr_t frame = literal_allocate(literal, layout->field[FIELD_frame_localsplus] + 8 * SLOTS);
	addr_t slots = frame + layout->field[FIELD_frame_localsplus];
	put_field(literal, frame, FIELD_frame_code, objects->code);
	put_field(literal, frame, FIELD_frame_function, objects->function);
	put_field(literal, frame, FIELD_frame_locals, objects->locals);
	put_u64(literal, frame + literal->layout.field[FIELD_frame_function] + 8,
		0x1000); // f_globals, borrowed: not to be reported
	put_field(literal, frame, FIELD_frame_previous, previous);
	put_field(literal, frame, FIELD_frame_instruction,
		objects->code + layout->field[FIELD_code_bytecode] + (uint64_t)(int64_t)offset);
	put_int(literal, frame, FIELD_frame_stacktop, depth < 0 ? depth : LOCALS + depth);
	put_field(literal, frame, FIELD_frame_stackpointer,
		depth < 0 ? 0 : slots + 8 * (uint64_t)(LOCALS + depth));
	for (unsigned i = 0; i < SLOTS; i++)
		put_u64(literal, slots + 8 * i, objects->values[i]);
	return frame;
}

static inline addr_t make_frame_object(struct literal *literal, const struct objects *objects,
	addr_t previous, int depth, int offset)
{
	const struct layout *layout = &literal->layout;
	addr_t frame = literal_object(literal, WELL_KNOWN_frame,
		layout->field[FIELD_frame_object_localsplus] + 8 * SLOTS);
	addr_t slots = frame + layout->field[FIELD_frame_object_localsplus];
	addr_t stack = slots + 8 * LOCALS;
	put_field(literal, frame, FIELD_frame_object_code, objects->code);
	put_field(literal, frame, FIELD_frame_object_locals, objects->locals);
	put_field(literal, frame, FIELD_frame_object_back, previous);
	put_field(literal, frame, FIELD_frame_object_stacktop,
		depth < 0 ? 0 : stack + 8 * (uint64_t)depth);
	put_int(literal, frame, FIELD_frame_object_stackdepth, depth);
	put_byte(literal, frame, FIELD_frame_object_executing, 1);
	if (layout->traits.has_scaled_lasti && offset > 0)
		offset /= 2;
	put_int(literal, frame, FIELD_frame_object_lasti, offset);
	for (unsigned i = 0; i < SLOTS; i++)
		put_u64(literal, slots + 8 * i, objects->values[i]);
	return frame;
}

static inline addr_t make_frame(struct literal *literal, const struct objects *objects, addr_t previous,
	int depth, int offset)
{
	return (has_interpreter_frames(literal) ? make_interpreter_frame : make_frame_object)(
		literal, objects, previous, depth, offset);
}

static inline addr_t make_thread(
	struct literal *literal, addr_t interpreter, addr_t next, addr_t frame, uint64_t tid)
{
	const struct layout *layout = &literal->layout;
	addr_t thread = literal_allocate(literal, 4096);
	addr_t cframe = literal_allocate(literal, 64);
	put_field(literal, thread, FIELD_thread_interp, interpreter);
	put_field(literal, thread, FIELD_thread_next, next);
	put_field(literal, thread, FIELD_thread_thread_id, tid + 1000);
	put_field(literal, thread, FIELD_thread_native_thread_id, tid);
	put_field(literal, thread, FIELD_thread_frame, frame);
	put_field(literal, thread, FIELD_thread_current_frame, frame);
	put_field(literal, thread, FIELD_thread_cframe, cframe);
	if (layout_has(layout, FIELD_cframe_current_frame))
		put_field(literal, cframe, FIELD_cframe_current_frame, frame);
	return thread;
}
