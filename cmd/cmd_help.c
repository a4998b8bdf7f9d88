// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "command.h"
#include "output.h"

static enum status help_run(const struct settings *settings, struct error *err)
{
	const struct command *command = command_find("");
	if (settings->argument_count)
		command = command_find(settings->arguments[0]);
	if (!command)
		return error_set(err, STATUS_USAGE, "no command '%s': see leaktop --help",
			settings->arguments[0]);
	struct text text = {0};
	options_add_help(command, &text);
	AUTO(freep) char *help = text_take(&text);
	if (!help)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the help");
	return output_write(help, err);
}

const struct command help_command = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "explain a command and its options",
	.text = "Explains leaktop or one of its commands, as --help does.",
	.options = (const enum option_id[]){OPTION_END},
	.max_arguments = 1,
	.run = help_run,
};
