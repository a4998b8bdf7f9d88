// SPDX-License-Identifier: MIT
// What a row of a table is about. It is the same in all tables. A row is opened, followed by the
// cursor and found again by its subject; cells are only shown.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum subject_kind {
	SUBJECT_NONE,	     // the row cannot be opened; equal to no other subject
	SUBJECT_TYPE,	     // id: made from its name by subject_of_type()
	SUBJECT_CONTAINER,   // its address in the target
	SUBJECT_INTERPRETER, // its id
	SUBJECT_GENERATION,  // of a collector: made by subject_of_generation()
	SUBJECT_THREAD,	     // the kernel's thread id
	SUBJECT_PROCESS,     // its pid
	SUBJECT_TARGET,	     // of a recording: its position there
	SUBJECT_FIGURE,	     // of memory: its position among the kinds of memory
	SUBJECT_SAMPLE,	     // its number
};

struct subject {
	enum subject_kind kind;
	uint64_t id;
};

// The type with that name, "module.qualname". Its id is a 64-bit hash of the name, and so the same
// in every sample. A collision of two names is possible, but unlikely.
struct subject subject_of_type(const char *name);

// A generation of the collector of an interpreter; generations are fewer than 16.
struct subject subject_of_generation(int64_t interpreter, unsigned generation);

// Whether both are about the same thing. False for SUBJECT_NONE.
bool subject_equals(struct subject left, struct subject right);
