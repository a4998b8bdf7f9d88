// SPDX-License-Identifier: MIT
#include "export/process_name.h"

#include "base/path.h"
#include "base/utf8.h"
#include "result/command.h"
#include "result/identity.h"

#include <stdbool.h>
#include <string.h>

// An interpreter without a script is called by its file, which tells which one it is.
static bool is_python(const char *name)
{
	return !strncmp(name, "python", strlen("python"));
}

void process_name(const struct identity *identity, char *ret)
{
	struct command command = command_parse(identity->command_line ? identity->command_line : "");
	bool has_name = command.name_length &&
		(command.kind != COMMAND_PROGRAM || !is_python(command.name) || !identity->exe);
	const char *name = has_name ? command.name : "";
	size_t length = has_name ? command.name_length : 0;
	if (!has_name && identity->exe) {
		name = path_base(identity->exe);
		length = strlen(name);
	}
	if (length >= PROCESS_NAME_SIZE)
		length = utf8_cut(name, PROCESS_NAME_SIZE - 1);
	memcpy(ret, name, length);
	ret[length] = '\0';
}
