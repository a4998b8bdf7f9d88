// SPDX-License-Identifier: MIT
#include "command.h"

#include <string.h>

extern const struct command live_command;
extern const struct command snapshot_command;
extern const struct command inspect_command;
extern const struct command refs_command;
extern const struct command record_command;
extern const struct command diff_command;
extern const struct command check_command;
extern const struct command export_command;
extern const struct command report_command;
extern const struct command doctor_command;
extern const struct command layout_command;
extern const struct command help_command;
extern const struct command version_command;

const struct command *const commands[] = {
	&live_command,
	&snapshot_command,
	&inspect_command,
	&refs_command,
	&record_command,
	&diff_command,
	&check_command,
	&export_command,
	&report_command,
	&doctor_command,
	&layout_command,
	&help_command,
	&version_command,
	NULL,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}
