// SPDX-License-Identifier: MIT
#include "python/frame.h"

#include "python/code.h"
#include "python/field.h"
#include "python/header.h"
#include "python/list.h"

#include <stddef.h>

enum {
	SLOTS_MAX = 1 << 16, // far more than functions need
	OWNER_FRAME_OBJECT = 2, // FRAME_OWNED_BY_FRAME_OBJECT (pycore_frame.h)
	OWNER_SHIM = 3,		// FRAME_OWNED_BY_CSTACK or _BY_INTERPRETER, and above
};

// The object to which a word of a frame refers; 0: none. Up to 3.13 the word is the pointer. From
// 3.14 on it is tagged (Include/internal/pycore_stackref.h): the lowest bit means that the
// reference is not counted, and alone it is NULL; if the two lowest bits are 3, the word is an
// integer; if they are 2, it is an internal mark (3.15).
static addr_t stack_ref_object(const struct python *python, uint64_t word)
{
	if (!python->layout->traits.has_tagged_stack_refs)
		return word;
	return word & 2 ? 0 : word & ~(uint64_t)1;
}

static bool has_interpreter_frames(const struct python *python)
{
	return field_is_known(python, FIELD_frame_code);
}

// --- The code that a frame runs ------------------------------------------------------------------

// Up to 3.10: a PyFrameObject. f_lasti is -1 before the first instruction.
static enum status read_frame_object(
	const struct python *python, struct frame *frame, int64_t *offset)
{
	int32_t last = -1;
	enum status status =
		field_u64(python, frame->address, FIELD_frame_object_back, &frame->previous);
	if (!status)
		status = field_u64(python, frame->address, FIELD_frame_object_code, &frame->code);
	if (!status)
		status = field_i32(python, frame->address, FIELD_frame_object_lasti, &last);
	if (status)
		return status;
	if (!header_is_exact(python, frame->code, WELL_KNOWN_code))
		return STATUS_INVALID;
	*offset = python->layout->traits.has_scaled_lasti && last > 0 ? 2 * (int64_t)last : last;
	return STATUS_OK;
}

static enum status read_interpreter_frame(
	const struct python *python, struct frame *frame, int64_t *offset)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record record;
	enum status status =
		record_read(python, frame->address, FIELD_frame_localsplus, buffer, &record);
	if (status)
		return status;
	frame->previous = record_u64(&record, FIELD_frame_previous);
	if (python->layout->traits.has_shim_frames &&
		record_u8(&record, FIELD_frame_owner) >= OWNER_SHIM)
		return STATUS_OK;
	frame->code = stack_ref_object(python, record_u64(&record, FIELD_frame_code));
	if (!header_is_exact(python, frame->code, WELL_KNOWN_code))
		return STATUS_INVALID;
	uint64_t instruction = record_u64(&record, FIELD_frame_instruction);
	*offset = (int64_t)(instruction - frame->code - field_offset(python, FIELD_code_bytecode));
	return STATUS_OK;
}

// Reads a frame without its line; *offset is how far it has come in its bytecode.
static enum status read_frame(
	const struct python *python, addr_t addr, struct frame *ret, int64_t *offset)
{
	*ret = (struct frame){.address = addr};
	*offset = -1;
	return has_interpreter_frames(python) ? read_interpreter_frame(python, ret, offset)
					      : read_frame_object(python, ret, offset);
}

enum status frame_read_code(const struct python *python, addr_t addr, struct frame *ret)
{
	int64_t offset;
	struct frame frame;
	enum status status = read_frame(python, addr, &frame, &offset);
	if (!status)
		*ret = frame;
	return status;
}

enum status frame_read(const struct python *python, addr_t addr, struct frame *ret)
{
	int64_t offset;
	struct frame frame;
	enum status status = read_frame(python, addr, &frame, &offset);
	if (status)
		return status;
	if (frame.code)
		frame.line = code_line(python, frame.code, offset);
	*ret = frame;
	return STATUS_OK;
}

// --- The references of a frame -------------------------------------------------------------------

// The state of a visit to a frame. status keeps the first problem; the other references are
// visited.
struct visit {
	const struct python *python;
	struct frame_visitor *visitor;
	enum status status;
};

// The variables, and the value stack after them:
//
//	local 0 | local 1 | ... | cells | free variables | stack 0 | stack 1 | ...
//	<------------------ locals --------------------->|<---- stack_slots ---->
//
// depth is the number of slots in use. Without has_depth only the locals are known to be in use.
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

// Keeps a problem in status. Whether there was none.
static bool good(struct visit *visit, enum status status)
{
	if (status)
		visit->status = status == STATUS_UNSUPPORTED ? STATUS_INVALID : status;
	return !status;
}

static bool read_word(struct visit *visit, addr_t addr, uint64_t *ret)
{
	return good(visit, memory_read_u64(&visit->python->memory, addr, ret));
}

static bool read_field(struct visit *visit, addr_t base, enum layout_field field, uint64_t *ret)
{
	return good(visit, field_u64(visit->python, base, field, ret));
}

static bool read_int(struct visit *visit, addr_t base, enum layout_field field, int32_t *ret)
{
	return good(visit, field_i32(visit->python, base, field, ret));
}

static bool read_byte(struct visit *visit, addr_t base, enum layout_field field, uint8_t *ret)
{
	return good(visit, field_u8(visit->python, base, field, ret));
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

// Reports fields that are plain pointers, if this version has them.
static void visit_fields(
	struct visit *visit, addr_t base, const enum layout_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t to = 0;
		if (field_is_known(visit->python, fields[i]) &&
			read_field(visit, base, fields[i], &to))
			report(visit, to, FRAME_FIELD, fields[i]);
	}
}

// The items of a tuple of names; none if the object is no tuple.
static struct items names_of(struct visit *visit, addr_t code, enum layout_field field)
{
	addr_t tuple = 0, type = 0;
	struct items items = {0};
	const struct python *python = visit->python;
	if (!field_is_known(python, field) || !read_field(visit, code, field, &tuple) ||
		!good(visit, header_type(python, tuple, &type)) ||
		!good(visit, tuple_items(python, tuple, &items)))
		return (struct items){0};
	if (type != python->well_known[WELL_KNOWN_tuple] || items.count > SLOTS_MAX) {
		visit->status = STATUS_INVALID;
		return (struct items){0};
	}
	return items;
}

// Reports count variables, beginning with slot first; names has their names.
static void visit_variables(struct visit *visit, const struct slots *slots, uint64_t first,
	uint64_t count, const struct items *names)
{
	for (uint64_t i = 0; i < count && first + i < slots->locals; i++) {
		uint64_t word = 0, name = 0;
		if (slots->has_depth && first + i >= slots->depth)
			return;
		if (!read_word(visit, slots->start + (first + i) * WORD_SIZE, &word))
			return;
		addr_t to = stack_ref_object(visit->python, word);
		if (to && i < names->count && items_read(visit->python, names, i, &name))
			name = 0;
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
		if (!read_word(visit, slots->start + (slots->locals + i) * WORD_SIZE, &word))
			return;
		report(visit, stack_ref_object(visit->python, word),
			slots->has_depth ? FRAME_STACK : FRAME_STALE, i);
	}
}

// Sets the depth from a number of slots in use; an impossible number counts as unknown.
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
	addr_t type = 0;
	if (!code || !good(visit, header_type(visit->python, code, &type)))
		return false;
	if (type && type == visit->python->well_known[WELL_KNOWN_code])
		return true;
	visit->status = STATUS_INVALID;
	return false;
}

// While a function runs, its depth is in a register. In the frame, stacktop is then -1 (up to
// 3.13), or the stack pointer is NULL or outdated (Include/internal/pycore_frame.h,
// _PyFrame_GetStackPointer()).
static void read_depth(struct visit *visit, addr_t frame, struct slots *slots)
{
	int32_t count = 0;
	uint64_t pointer = 0;
	if (field_is_known(visit->python, FIELD_frame_stacktop)) {
		if (read_int(visit, frame, FIELD_frame_stacktop, &count))
			set_depth(slots, count);
	} else if (read_field(visit, frame, FIELD_frame_stackpointer, &pointer) &&
		pointer >= slots->start && (pointer - slots->start) % WORD_SIZE == 0) {
		set_depth(slots, (int64_t)((pointer - slots->start) / WORD_SIZE));
	}
}

// Visits the slots after the fixed part of a frame (3.11 on).
static void visit_locals_plus(struct visit *visit, addr_t frame, addr_t code)
{
	int32_t locals = 0, stack_slots = 0;
	if (!read_int(visit, code, FIELD_code_nlocalsplus, &locals) ||
		!read_int(visit, code, FIELD_code_stacksize, &stack_slots))
		return;
	struct slots slots = {
		.start = frame + field_offset(visit->python, FIELD_frame_localsplus),
		.locals = (uint32_t)locals,
		.stack_slots = (uint32_t)stack_slots,
	};
	if (!slots_are_sane(visit, &slots))
		return;
	read_depth(visit, frame, &slots);
	const struct items names = names_of(visit, code, FIELD_code_localsplusnames);
	visit_variables(visit, &slots, 0, slots.locals, &names);
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
	if (visit->python->layout->traits.has_shim_frames && owner >= OWNER_SHIM)
		return;
	if (!read_field(visit, frame, FIELD_frame_code, &code) ||
		!read_field(visit, frame, FIELD_frame_function, &function))
		return;
	code = stack_ref_object(visit->python, code);
	report(visit, code, FRAME_FIELD, FIELD_frame_code);
	report(visit, stack_ref_object(visit->python, function), FRAME_FIELD, FIELD_frame_function);
	visit_fields(visit, frame, plain, sizeof(plain) / sizeof(plain[0]));
	if (is_code(visit, code))
		visit_locals_plus(visit, frame, code);
}

// 3.8, 3.9: a frame that has ended but is kept by a traceback has an empty stack.
static bool has_ended(struct visit *visit, addr_t frame)
{
	uint8_t is_executing = 1;
	return field_is_known(visit->python, FIELD_frame_object_executing) &&
	       read_byte(visit, frame, FIELD_frame_object_executing, &is_executing) && !is_executing;
}

// Up to 3.10 three tuples have the names of the slots, in the order of the slots.
static void visit_named_slots(struct visit *visit, addr_t frame, addr_t code)
{
	static const enum layout_field fields[] = {
		FIELD_code_varnames, FIELD_code_cellvars, FIELD_code_freevars};
	int32_t stack_slots = 0, depth = -1;
	uint64_t pointer = 0;
	struct items names[3];
	struct slots slots = {
		.start = frame + field_offset(visit->python, FIELD_frame_object_localsplus)};
	for (unsigned i = 0; i < 3; i++) {
		names[i] = names_of(visit, code, fields[i]);
		slots.locals += names[i].count;
	}
	if (!read_int(visit, code, FIELD_code_stacksize, &stack_slots))
		return;
	slots.stack_slots = (uint32_t)stack_slots;
	if (!slots_are_sane(visit, &slots))
		return;
	// 3.10 has a count, which is -1 while the function runs. 3.8 and 3.9 have a pointer, which
	// is NULL while the function runs and after it has ended (Python/ceval.c,
	// _PyEval_EvalFrameDefault); f_executing tells which.
	addr_t stack = slots.start + slots.locals * WORD_SIZE;
	if (field_is_known(visit->python, FIELD_frame_object_stackdepth)) {
		if (read_int(visit, frame, FIELD_frame_object_stackdepth, &depth) && depth >= 0)
			set_depth(&slots, (int64_t)slots.locals + depth);
	} else if (read_field(visit, frame, FIELD_frame_object_stacktop, &pointer) &&
		pointer >= stack) {
		set_depth(&slots, (int64_t)((pointer - slots.start) / WORD_SIZE));
	} else if (has_ended(visit, frame)) {
		set_depth(&slots, (int64_t)slots.locals);
	}
	uint64_t first = 0;
	for (unsigned i = 0; i < 3; i++) {
		visit_variables(visit, &slots, first, names[i].count, &names[i]);
		first += names[i].count;
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

enum status frame_visit(
	const struct python *python, addr_t frame, struct frame_visitor *visitor)
{
	struct visit visit = {.python = python, .visitor = visitor};
	if (has_interpreter_frames(python))
		visit_interpreter_frame(&visit, frame);
	else
		visit_old_frame_object(&visit, frame);
	return visit.status;
}

enum status frame_object_visit(
	const struct python *python, addr_t object, struct frame_visitor *visitor)
{
	struct visit visit = {.python = python, .visitor = visitor};
	if (has_interpreter_frames(python))
		visit_new_frame_object(&visit, object);
	else
		visit_old_frame_object(&visit, object);
	return visit.status;
}

enum status frame_code(const struct python *python, addr_t frame, addr_t *ret)
{
	uint64_t word = 0;
	enum status status = field_u64(python, frame, FIELD_frame_code, &word);
	if (!status)
		*ret = stack_ref_object(python, word);
	return status;
}
