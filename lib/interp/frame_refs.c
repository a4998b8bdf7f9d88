// SPDX-License-Identifier: MIT
#include "interp/frame_refs.h"

#include "interp/runtime.h"
#include "interp/stack_ref.h"
#include "target/image.h"

#include <stddef.h>

enum {
	WORD = 8,
	SLOTS_MAX = 1 << 16, // far above what functions ask for
	OWNER_FRAME_OBJECT = 2, // FRAME_OWNED_BY_FRAME_OBJECT (pycore_frame.h)
	OWNER_SHIM = 3,		// FRAME_OWNED_BY_CSTACK or _BY_INTERPRETER, and above
};

// A frame that is being visited. What goes wrong is kept in status; the rest is visited.
struct visit {
	const struct runtime *runtime;
	const struct layout *layout;
	const struct image *image;
	struct frame_visitor *visitor;
	enum status status;
};

// The variables and the value stack behind them:
//
//	local 0 | local 1 | ... | cells | free variables | stack 0 | stack 1 | ...
//	<------------------ locals --------------------->|<---- stack_slots ---->
//
// depth of the slots are in use; without has_depth that is known of the locals only.
struct slots {
	addr_t start;
	uint64_t locals, stack_slots, depth;
	bool has_depth;
};

static void report(struct visit *visit, addr_t to, enum frame_slot slot, uint64_t detail)
{
	if (to)
		visit->visitor->reference(visit->visitor, to, slot, detail);
}

static bool read_word(struct visit *visit, addr_t addr, uint64_t *ret)
{
	if (image_read_u64(visit->image, addr, ret))
		return true;
	visit->status = STATUS_UNREADABLE;
	return false;
}

static bool read_field(
	struct visit *visit, addr_t base, enum layout_field field, uint64_t *ret)
{
	return read_word(visit, base + visit->layout->field[field], ret);
}

static bool read_int(struct visit *visit, addr_t base, enum layout_field field, int32_t *ret)
{
	const void *bytes = image_at(visit->image, base + visit->layout->field[field], sizeof(*ret));
	if (bytes)
		*ret = bytes_i32(bytes, 0);
	else
		visit->status = STATUS_UNREADABLE;
	return bytes;
}

static bool read_byte(struct visit *visit, addr_t base, enum layout_field field, uint8_t *ret)
{
	const void *byte = image_at(visit->image, base + visit->layout->field[field], 1);
	if (byte)
		*ret = bytes_u8(byte, 0);
	else
		visit->status = STATUS_UNREADABLE;
	return byte;
}

enum field_name frame_field_name(enum layout_field field)
{
	static const struct {
		enum layout_field field;
		enum field_name name;
	} names[] = {
		{FIELD_frame_code, NAME_f_code},
		{FIELD_frame_function, NAME_f_func},
		{FIELD_frame_locals, NAME_f_locals},
		{FIELD_frame_frame_object, NAME_frame_obj},
		{FIELD_frame_object_back, NAME_f_back},
		{FIELD_frame_object_code, NAME_f_code},
		{FIELD_frame_object_builtins, NAME_f_builtins},
		{FIELD_frame_object_globals, NAME_f_globals},
		{FIELD_frame_object_locals, NAME_f_locals},
		{FIELD_frame_object_trace, NAME_f_trace},
		{FIELD_frame_object_extra_locals, NAME_f_extra_locals},
		{FIELD_frame_object_locals_cache, NAME_f_locals_cache},
		{FIELD_frame_object_overwritten_locals, NAME_f_overwritten_fast_locals},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].field == field)
			return names[i].name;
	return NAME_none;
}

// Reports fields that hold plain pointers, in the versions that have them.
static void visit_fields(
	struct visit *visit, addr_t base, const enum layout_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t to = 0;
		if (layout_has(visit->layout, fields[i]) &&
			read_field(visit, base, fields[i], &to))
			report(visit, to, FRAME_FIELD, fields[i]);
	}
}

// The items of a tuple of names; *ret_count is 0 where that is no tuple.
static addr_t names_of(struct visit *visit, addr_t code, enum layout_field field, uint64_t *ret_count)
{
	uint64_t tuple = 0, type = 0, count = 0;
	*ret_count = 0;
	if (!layout_has(visit->layout, field) || !read_field(visit, code, field, &tuple) ||
		!read_field(visit, tuple, FIELD_object_type, &type) ||
		!read_field(visit, tuple, FIELD_var_size, &count))
		return 0;
	if (type != visit->runtime->well_known[WELL_KNOWN_tuple] || count > SLOTS_MAX) {
		visit->status = STATUS_INVALID;
		return 0;
	}
	*ret_count = count;
	return tuple + visit->layout->field[FIELD_tuple_items];
}

// Reports count variables from slot first on; their names are the items at names.
static void visit_variables(struct visit *visit, const struct slots *slots, uint64_t first,
	uint64_t count, addr_t names, uint64_t name_count)
{
	for (uint64_t i = 0; i < count && first + i < slots->locals; i++) {
		uint64_t word = 0, name = 0;
		if (slots->has_depth && first + i >= slots->depth)
			return;
		if (!read_word(visit, slots->start + (first + i) * WORD, &word))
			return;
		addr_t to = stack_ref_object(visit->layout, word);
		if (to && i < name_count)
			image_read_u64(visit->image, names + i * WORD, &name);
		report(visit, to, FRAME_LOCAL, name);
	}
}

static void visit_stack(struct visit *visit, const struct slots *slots)
{
	uint64_t count = slots->stack_slots;
	if (slots->has_depth)
		count = slots->depth > slots->locals ? slots->depth - slots->locals : 0;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t word = 0;
		if (!read_word(visit, slots->start + (slots->locals + i) * WORD, &word))
			return;
		report(visit, stack_ref_object(visit->layout, word),
			slots->has_depth ? FRAME_STACK : FRAME_STALE, i);
	}
}

// Sets the depth from a count of slots in use; one that cannot be is one that is not known.
static void set_depth(struct slots *slots, int64_t depth)
{
	slots->has_depth = depth >= 0 && (uint64_t)depth <= slots->locals + slots->stack_slots;
	slots->depth = slots->has_depth ? (uint64_t)depth : 0;
}

static bool slots_are_sane(struct visit *visit, const struct slots *slots)
{
	if (slots->locals <= SLOTS_MAX && slots->stack_slots <= SLOTS_MAX)
		return true;
	visit->status = STATUS_INVALID;
	return false;
}

static bool is_code(struct visit *visit, addr_t code)
{
	uint64_t type = 0;
	if (!code || !read_field(visit, code, FIELD_object_type, &type))
		return false;
	if (type && type == visit->runtime->well_known[WELL_KNOWN_code])
		return true;
	visit->status = STATUS_INVALID;
	return false;
}

// While a function runs, its depth is in a register. Up to 3.13 stacktop is -1 then, later the
// stack pointer is NULL or old (Include/internal/pycore_frame.h, _PyFrame_GetStackPointer()).
static void read_depth(struct visit *visit, addr_t frame, struct slots *slots)
{
	int32_t count = 0;
	uint64_t pointer = 0;
	if (layout_has(visit->layout, FIELD_frame_stacktop)) {
		if (read_int(visit, frame, FIELD_frame_stacktop, &count))
			set_depth(slots, count);
	} else if (read_field(visit, frame, FIELD_frame_stackpointer, &pointer) &&
		pointer >= slots->start && (pointer - slots->start) % WORD == 0) {
		set_depth(slots, (int64_t)((pointer - slots->start) / WORD));
	}
}

// What lies behind the fixed part of a frame of 3.11 and later.
static void visit_locals_plus(struct visit *visit, addr_t frame, addr_t code)
{
	int32_t locals = 0, stack_slots = 0;
	uint64_t name_count = 0;
	if (!read_int(visit, code, FIELD_code_nlocalsplus, &locals) ||
		!read_int(visit, code, FIELD_code_stacksize, &stack_slots))
		return;
	struct slots slots = {
		.start = frame + visit->layout->field[FIELD_frame_localsplus],
		.locals = (uint32_t)locals,
		.stack_slots = (uint32_t)stack_slots,
	};
	if (!slots_are_sane(visit, &slots))
		return;
	read_depth(visit, frame, &slots);
	addr_t names = names_of(visit, code, FIELD_code_localsplusnames, &name_count);
	visit_variables(visit, &slots, 0, slots.locals, names, name_count);
	visit_stack(visit, &slots);
}

static void visit_interpreter_frame(struct visit *visit, addr_t frame)
{
	static const enum layout_field plain[] = {
		FIELD_frame_locals,
		FIELD_frame_frame_object,
	};
	uint8_t owner = 0;
	uint64_t code = 0, function = 0;
	if (!read_byte(visit, frame, FIELD_frame_owner, &owner))
		return;
	if (visit->layout->traits.has_shim_frames && owner >= OWNER_SHIM)
		return;
	if (!read_field(visit, frame, FIELD_frame_code, &code) ||
		!read_field(visit, frame, FIELD_frame_function, &function))
		return;
	code = stack_ref_object(visit->layout, code);
	report(visit, code, FRAME_FIELD, FIELD_frame_code);
	report(visit, stack_ref_object(visit->layout, function), FRAME_FIELD, FIELD_frame_function);
	visit_fields(visit, frame, plain, sizeof(plain) / sizeof(plain[0]));
	if (is_code(visit, code))
		visit_locals_plus(visit, frame, code);
}

// 3.8, 3.9: a frame that was left for good, kept by a traceback, has nothing on its stack.
static bool has_ended(struct visit *visit, addr_t frame)
{
	uint8_t is_executing = 1;
	return layout_has(visit->layout, FIELD_frame_object_executing) &&
	       read_byte(visit, frame, FIELD_frame_object_executing, &is_executing) && !is_executing;
}

// Up to 3.10 the names of the slots are in three tuples, in the order of the slots.
static void visit_named_slots(struct visit *visit, addr_t frame, addr_t code)
{
	const struct layout *layout = visit->layout;
	static const enum layout_field fields[] = {
		FIELD_code_varnames, FIELD_code_cellvars, FIELD_code_freevars};
	int32_t stack_slots = 0, depth = -1;
	uint64_t counts[3] = {0}, pointer = 0;
	addr_t names[3];
	struct slots slots = {.start = frame + layout->field[FIELD_frame_object_localsplus]};
	for (unsigned i = 0; i < 3; i++) {
		names[i] = names_of(visit, code, fields[i], &counts[i]);
		slots.locals += counts[i];
	}
	if (!read_int(visit, code, FIELD_code_stacksize, &stack_slots))
		return;
	slots.stack_slots = (uint32_t)stack_slots;
	if (!slots_are_sane(visit, &slots))
		return;
	// 3.10 has a count, -1 while the function runs; before, it was a pointer, NULL then and also
	// when it has ended (Python/ceval.c, _PyEval_EvalFrameDefault, 3.8, 3.9): f_executing tells.
	addr_t stack = slots.start + slots.locals * WORD;
	if (layout_has(layout, FIELD_frame_object_stackdepth)) {
		if (read_int(visit, frame, FIELD_frame_object_stackdepth, &depth) && depth >= 0)
			set_depth(&slots, (int64_t)slots.locals + depth);
	} else if (read_field(visit, frame, FIELD_frame_object_stacktop, &pointer) &&
		pointer >= stack) {
		set_depth(&slots, (int64_t)((pointer - slots.start) / WORD));
	} else if (has_ended(visit, frame)) {
		set_depth(&slots, (int64_t)slots.locals);
	}
	uint64_t first = 0;
	for (unsigned i = 0; i < 3; i++) {
		visit_variables(visit, &slots, first, counts[i], names[i], counts[i]);
		first += counts[i];
	}
	visit_stack(visit, &slots);
}

static void visit_old_frame_object(struct visit *visit, addr_t frame)
{
	static const enum layout_field fields[] = {
		FIELD_frame_object_back,
		FIELD_frame_object_code,
		FIELD_frame_object_builtins,
		FIELD_frame_object_globals,
		FIELD_frame_object_locals,
		FIELD_frame_object_trace,
	};
	uint64_t code = 0;
	visit_fields(visit, frame, fields, sizeof(fields) / sizeof(fields[0]));
	if (read_field(visit, frame, FIELD_frame_object_code, &code) && is_code(visit, code))
		visit_named_slots(visit, frame, code);
}

static void visit_new_frame_object(struct visit *visit, addr_t object)
{
	static const enum layout_field fields[] = {
		FIELD_frame_object_back,
		FIELD_frame_object_trace,
		FIELD_frame_object_extra_locals,
		FIELD_frame_object_locals_cache,
		FIELD_frame_object_overwritten_locals,
	};
	uint64_t frame = 0;
	uint8_t owner = 0;
	visit_fields(visit, object, fields, sizeof(fields) / sizeof(fields[0]));
	if (read_field(visit, object, FIELD_frame_object_frame, &frame) && frame &&
		read_byte(visit, frame, FIELD_frame_owner, &owner) && owner == OWNER_FRAME_OBJECT)
		visit_interpreter_frame(visit, frame);
}

static struct visit begin(const struct runtime *runtime, const struct image *image,
	struct frame_visitor *visitor)
{
	return (struct visit){
		.runtime = runtime,
		.layout = runtime->layout,
		.image = image,
		.visitor = visitor,
	};
}

enum status frame_visit(const struct runtime *runtime, const struct image *image, addr_t frame,
	struct frame_visitor *visitor)
{
	struct visit visit = begin(runtime, image, visitor);
	if (layout_has(runtime->layout, FIELD_frame_code))
		visit_interpreter_frame(&visit, frame);
	else
		visit_old_frame_object(&visit, frame);
	return visit.status;
}

enum status frame_object_visit(const struct runtime *runtime, const struct image *image,
	addr_t object, struct frame_visitor *visitor)
{
	struct visit visit = begin(runtime, image, visitor);
	if (layout_has(runtime->layout, FIELD_frame_code))
		visit_new_frame_object(&visit, object);
	else
		visit_old_frame_object(&visit, object);
	return visit.status;
}
