// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_texts[STATUS_COUNT] = {
	[STATUS_OK] = "done",
	[STATUS_MORE] = "not finished",
	[STATUS_NO_MEMORY] = "not enough memory",
	[STATUS_NOT_FOUND] = "not found",
	[STATUS_PERMISSION] = "not permitted",
	[STATUS_NOT_PYTHON] = "not a supported CPython process",
	[STATUS_GONE] = "the process went away",
	[STATUS_BUSY] = "traced by another program",
	[STATUS_UNREADABLE] = "cannot be read",
	[STATUS_INVALID] = "makes no sense",
	[STATUS_UNSUPPORTED] = "not supported",
	[STATUS_USAGE] = "wrong usage",
	[STATUS_INTERRUPTED] = "interrupted",
	[STATUS_FAILED] = "failed",
	[STATUS_LEAK] = "found a leak",
};

const char *status_text(enum status status)
{
	if ((unsigned)status >= STATUS_COUNT)
		return "unknown status";
	return status_texts[status];
}

void error_write(struct error *err, const char *format, ...)
{
	if (!err)
		return;
	va_list args;
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
}

void error_write_errno(struct error *err, int number, const char *format, ...)
{
	if (!err)
		return;
	va_list args;
	va_start(args, format);
	int used = vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	if (used >= 0 && (size_t)used < sizeof(err->message))
		snprintf(err->message + used, sizeof(err->message) - (size_t)used, ": %s",
			strerror(number));
}
