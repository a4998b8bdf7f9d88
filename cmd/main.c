// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "command.h"
#include "interrupt.h"
#include "output.h"

#include <locale.h>
#include <stdio.h>

// The exit statuses that the man page promises.
static int exit_status(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return 0;
	case STATUS_USAGE:
		return 2;
	case STATUS_PERMISSION:
		return 3;
	case STATUS_NOT_PYTHON:
		return 4;
	case STATUS_GONE:
		return 5;
	case STATUS_LEAK:
		return 10;
	default:
		return 1;
	}
}

static enum status run_command(const struct settings *settings, struct error *err)
{
	if (settings->verbose)
		log_enable(LOG_ALL);
	if (settings->version)
		return command_find("version")->run(settings, err);
	if (!settings->help)
		return settings->command->run(settings, err);
	char *name[] = {(char *)settings->command->name, NULL};
	struct settings help = {.arguments = name, .argument_count = 1};
	return command_find("help")->run(&help, err);
}

static enum status run(int argc, char **argv, struct error *err)
{
	struct settings settings;
	enum status status = settings_init(&settings, argc, argv, err);
	if (!status)
		status = run_command(&settings, err);
	settings_deinit(&settings);
	return status;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	struct error err = {""};
	enum status status = run(argc, argv, &err);
	struct error close_err = {""};
	enum status closed = output_close(&close_err);
	if (closed && (!status || status == STATUS_LEAK)) {
		status = closed;
		err = close_err;
	}
	if (status == STATUS_INTERRUPTED)
		error_set(&err, status, "interrupted");
	if (status && err.message[0])
		fprintf(stderr, "leaktop: %s\n", err.message);
	if (status == STATUS_INTERRUPTED)
		interrupt_die();
	return exit_status(status);
}
