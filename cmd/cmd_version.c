// SPDX-License-Identifier: MIT
#include "command.h"
#include "output.h"

static enum status version_run(const struct settings *settings, struct error *err)
{
	(void)settings;
	return output_write("leaktop " PACKAGE_VERSION "\n", err);
}

const struct command version_command = {
	.name = "version",
	.arguments = "",
	.summary = "print the version",
	.text = "Prints the version, as --version does.",
	.options = (const enum option_id[]){OPTION_END},
	.run = version_run,
};
