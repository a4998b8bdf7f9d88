// SPDX-License-Identifier: MIT
// What a row of a table is about. It is the same in every table, so that a row can be opened,
// followed by the cursor and found again by it; cells are for showing only.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum subject_kind {
	SUBJECT_NONE,	     // a row that leads nowhere; equal to no other
	SUBJECT_TYPE,	     // id: of its name, as subject_of_type() gives it
	SUBJECT_CONTAINER,   // its address in the target
	SUBJECT_INTERPRETER, // its id
	SUBJECT_GENERATION,  // of a collector: as subject_of_generation() gives it
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

// The type of that name, "module.qualname". Its id is a hash of 64 bits, and so the same in every
// sample; that two names share one is left to chance.
struct subject subject_of_type(const char *name);

// A generation of the collector of an interpreter; generations are fewer than 16.
struct subject subject_of_generation(int64_t interpreter, unsigned generation);

// Whether both are about the same thing.
bool subject_equals(struct subject left, struct subject right);
