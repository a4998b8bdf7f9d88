// SPDX-License-Identifier: MIT
#include "output.h"

#include "options.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static enum status refuse(int number, struct error *err)
{
	if (number == EPIPE)
		return STATUS_FAILED;
	return error_set_errno(err, STATUS_FAILED, number, "cannot write to standard output");
}

enum status output_write(const char *string, struct error *err)
{
	if (fputs(string, stdout) == EOF)
		return refuse(errno, err);
	return STATUS_OK;
}

enum status output_flush(struct error *err)
{
	if (fflush(stdout) == EOF)
		return refuse(errno, err);
	return STATUS_OK;
}

enum status output_close(struct error *err)
{
	// The error of an earlier write was reported when it happened.
	bool failed_before = ferror(stdout);
	if (fclose(stdout) == EOF && errno != EBADF && !failed_before)
		return refuse(errno, err);
	return STATUS_OK;
}

unsigned output_width(void)
{
	struct winsize size;
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

bool output_is_ascii(const struct settings *settings)
{
	return settings->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}
