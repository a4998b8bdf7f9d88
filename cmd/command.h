// SPDX-License-Identifier: MIT
// Commands. To add one: write cmd_<name>.c ending in its const struct command, list it in commands.c
// and in cmd.am, describe it in man/leaktop.1. Options it takes are named in options.h.
#pragma once

#include "base/error.h"
#include "options.h"

#include <stddef.h>

struct settings;

struct command {
	const char *name;      // as typed; "" is what runs without a name
	const char *arguments; // behind the name in the usage line, "" for none
	const char *summary;   // a few words for the list of commands
	const char *text;      // some sentences for its own help
	const enum option_id *options; // ended by OPTION_END; --help and --version go without saying
	size_t max_arguments;  // that are not options
	// Prints to stdout. A failure that needs no sentence leaves err empty.
	enum status (*run)(const struct settings *settings, struct error *err);
};

// In the order of the help; ended by NULL. The first is the one without a name.
extern const struct command *const commands[];

// By name, NULL where there is none.
const struct command *command_find(const char *name);
