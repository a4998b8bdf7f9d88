// SPDX-License-Identifier: MIT
// Instructions of a code object, as its compiler wrote them: caches are passed over, an EXTENDED_ARG
// is part of the instruction behind it, and what the interpreter has specialised or instrumented is
// taken for the plain one. Bytes may be anything: whatever they are, reading ends.
#pragma once

#include "base/error.h"
#include "layout/opcodes.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytecode {
	const uint8_t *bytes; // in the copy
	size_t size;
	const struct opcode *opcodes; // opcodes_of() the version
	size_t position;	      // of the next instruction, in bytes
};

struct instruction {
	size_t offset; // bytes behind the start of the bytecode; of the opcode, not of an EXTENDED_ARG
	enum opcode_role role;
	uint32_t argument;
	bool has_effect; // false: what it does to the depth of the stack is not known
	int effect;	 // what it adds to it
	uint32_t name;	 // position in co_names, where the argument has one
	bool has_flag;	 // and bit 0 of the argument is set that does not belong to it: what was
			 // loaded is called
};

// Begins with the first instruction. Needs the copy. STATUS_UNSUPPORTED: nobody described the opcodes
// of this CPython; STATUS_INVALID; else as memory_view().
must_check enum status bytecode_open(
	const struct python *python, addr_t code, struct bytecode *ret);

// The next instruction; false at the end. The end is also where an opcode is that nobody knows, or that
// stands for one that is kept elsewhere, as while a debugger follows lines: where the next one begins
// is not known either.
bool bytecode_next(struct bytecode *bytecode, struct instruction *ret);
