// SPDX-License-Identifier: MIT
#include "python/bytecode.h"

#include "python/field.h"
#include "python/header.h"

enum {
	UNIT_BYTES = 2, // sizeof(_Py_CODEUNIT): opcode, argument
	// No function that somebody wrote is longer.
	CODE_MAX_BYTES = 1 << 22,
	EFFECT_ARGUMENT_MAX = 1 << 20, // more items are on no stack
};

// From 3.11 on the bytecode is in the object; before it is a bytes object.
enum status bytecode_open(const struct python *python, addr_t code, struct bytecode *ret)
{
	uint64_t size = 0;
	addr_t start = 0;
	const void *bytes = NULL;
	const struct opcode *opcodes = opcodes_of(python->layout->first_version);
	if (!opcodes || !python->memory.image)
		return STATUS_UNSUPPORTED;
	enum status status;
	if (field_is_known(python, FIELD_code_bytecode)) {
		start = code + field_offset(python, FIELD_code_bytecode);
		status = header_length(python, code, &size);
		size *= UNIT_BYTES;
	} else {
		addr_t object = 0;
		status = field_u64(python, code, FIELD_code_code, &object);
		if (!status)
			status = header_length(python, object, &size);
		start = object + field_offset(python, FIELD_bytes_data);
	}
	if (!status && size > CODE_MAX_BYTES)
		status = STATUS_INVALID;
	if (!status)
		status = memory_view(&python->memory, start, size, NULL, &bytes);
	if (!status)
		*ret = (struct bytecode){.bytes = bytes, .size = size, .opcodes = opcodes};
	return status;
}

static void find_effect(const struct opcode *opcode, struct instruction *instruction)
{
	uint32_t argument = instruction->argument;
	int number = argument <= EFFECT_ARGUMENT_MAX ? (int)argument : EFFECT_ARGUMENT_MAX;
	instruction->has_effect = true;
	instruction->effect = opcode->effect;
	switch ((enum opcode_term)opcode->term) {
	case OPCODE_TERM_NONE:
		break;
	case OPCODE_TERM_ADD:
		instruction->effect += number;
		break;
	case OPCODE_TERM_SUBTRACT:
		instruction->effect -= number;
		break;
	case OPCODE_TERM_SUBTRACT_TWICE:
		instruction->effect -= 2 * number;
		break;
	case OPCODE_TERM_ADD_BIT_0:
		instruction->effect += argument & 1;
		break;
	case OPCODE_TERM_SUBTRACT_BIT_0:
		instruction->effect -= argument & 1;
		break;
	case OPCODE_TERM_SUBTRACT_BIT_2:
		instruction->effect -= argument >> 2 & 1;
		break;
	case OPCODE_TERM_UNKNOWN:
		instruction->has_effect = false;
		break;
	}
}

// Where bit 0 of a load's argument says that one more word is pushed, for a call, the name is behind it.
static void find_name(const struct opcode *opcode, struct instruction *instruction)
{
	bool is_load = opcode->role == OPCODE_LOAD_GLOBAL || opcode->role == OPCODE_LOAD_ATTR;
	bool has_flag = is_load && opcode->term == OPCODE_TERM_ADD_BIT_0;
	instruction->has_flag = has_flag && instruction->argument & 1;
	instruction->name = has_flag ? instruction->argument >> 1 : instruction->argument;
}

bool bytecode_next(struct bytecode *bytecode, struct instruction *ret)
{
	uint32_t argument = 0;
	while (bytecode->position < bytecode->size && bytecode->size - bytecode->position >= UNIT_BYTES) {
		size_t offset = bytecode->position;
		const struct opcode *opcode = &bytecode->opcodes[bytecode->bytes[offset]];
		argument = argument << 8 | bytecode->bytes[offset + 1];
		bytecode->position += UNIT_BYTES * (1 + (size_t)opcode->caches);
		if (opcode->role == OPCODE_EXTENDED_ARG)
			continue;
		if (opcode->role == OPCODE_UNKNOWN)
			break;
		*ret = (struct instruction){
			.offset = offset, .role = opcode->role, .argument = argument};
		find_effect(opcode, ret);
		find_name(opcode, ret);
		return true;
	}
	bytecode->position = bytecode->size;
	return false;
}
