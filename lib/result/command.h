// SPDX-License-Identifier: MIT
// What a command line runs, behind the interpreter and its options. Its words have spaces between, so
// that a space within a word cannot be told.
#pragma once

#include <stddef.h>

enum command_kind {
	COMMAND_PROGRAM, // a program of any kind, or an interpreter without anything to run
	COMMAND_SCRIPT,
	COMMAND_MODULE, // -m
	COMMAND_CODE,	// -c
};

// Points into the line.
struct command {
	enum command_kind kind;
	// Program or script without directories, or the option that names a module or has the code,
	// with all that follows.
	const char *shown;
	const char *name; // of program, script or module; without an end
	size_t name_length; // 0: none, as of code
};

struct command command_parse(const char *line);

// A command line without the directories of its first word. A word like kworker/0:1, which is no path,
// is left whole.
const char *command_without_directories(const char *line);
