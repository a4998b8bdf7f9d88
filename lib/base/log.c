// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static unsigned enabled_subsystems;
static bool screen_is_drawn;

static const char *subsystem_name(enum log_subsystem subsystem)
{
	switch (subsystem) {
	case LOG_TARGET:
		return "target";
	case LOG_SYMBOLS:
		return "symbols";
	case LOG_LAYOUT:
		return "layout";
	case LOG_INTERP:
		return "interp";
	case LOG_HEAP:
		return "heap";
	case LOG_SESSION:
		return "session";
	default:
		return "all";
	}
}

void log_enable(unsigned subsystems)
{
	enabled_subsystems = subsystems;
}

bool log_enabled(enum log_subsystem subsystem)
{
	return enabled_subsystems & (unsigned)subsystem;
}

void log_trace(enum log_subsystem subsystem, const char *format, ...)
{
	if (!log_enabled(subsystem))
		return;
	fprintf(stderr, "leaktop: [%s] ", subsystem_name(subsystem));
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void log_notice(const char *format, ...)
{
	if (screen_is_drawn)
		return;
	fputs("leaktop: ", stderr);
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void log_set_screen(bool is_drawn)
{
	screen_is_drawn = is_drawn;
}
