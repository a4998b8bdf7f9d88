// SPDX-License-Identifier: MIT
// The opcodes of each CPython: as much of them as it takes to see what becomes of one value on the
// stack. The list is lib/layout/opcodes.in.
#pragma once

#include <stdint.h>

// What an opcode does, where that matters to somebody. A specialised or instrumented opcode has the
// role of the plain one.
enum opcode_role {
	OPCODE_UNKNOWN, // there is none of this number, or what it stands for is kept elsewhere
	OPCODE_OTHER,	// takes from the top of the stack, and puts what comes out there
	OPCODE_EXTENDED_ARG,
	OPCODE_LOAD_GLOBAL,
	OPCODE_LOAD_NAME,
	OPCODE_LOAD_ATTR,
	OPCODE_LOAD_METHOD,  // of a call that follows; up to 3.11
	OPCODE_LOAD_LOCAL,
	OPCODE_LOAD_LOCALS,  // two, whose numbers share the argument
	OPCODE_STORE_SUBSCR,
	OPCODE_STORE_GLOBAL, // and STORE_NAME
	OPCODE_STORE_ATTR,
	OPCODE_INPLACE,	     // += and |=, up to 3.10
	OPCODE_BINARY_OP,    // an operator, which the argument says
	OPCODE_CALL,
	OPCODE_DUPLICATE,    // COPY n; DUP_TOP
	OPCODE_SWAP,	     // SWAP n; ROT_TWO
	OPCODE_SHUFFLE,	     // any other that changes what lies below the top
	OPCODE_JUMP,
};

// What the argument adds to the effect.
enum opcode_term {
	OPCODE_TERM_NONE,
	OPCODE_TERM_ADD,
	OPCODE_TERM_SUBTRACT,
	OPCODE_TERM_SUBTRACT_TWICE,
	OPCODE_TERM_ADD_BIT_0, // where bit 0 is set
	OPCODE_TERM_SUBTRACT_BIT_0,
	OPCODE_TERM_SUBTRACT_BIT_2,
	OPCODE_TERM_UNKNOWN, // the effect is not known
};

struct opcode {
	uint8_t role;	// enum opcode_role
	uint8_t caches; // code units behind it that are no instructions
	int8_t effect;	// on the depth of the stack, without the term
	uint8_t term;	// enum opcode_term
};

// The 256 opcodes of a version (0x030b02); NULL where nobody described it.
const struct opcode *opcodes_of(uint32_t version);
