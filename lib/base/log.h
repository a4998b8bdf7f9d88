// SPDX-License-Identifier: MIT
// Traces for developers: off by default, switched on with --verbose or by subsystem.
#pragma once

#include <stdbool.h>

enum log_subsystem {
	LOG_TARGET = 1 << 0,
	LOG_SYMBOLS = 1 << 1,
	LOG_LAYOUT = 1 << 2,
	LOG_INTERP = 1 << 3,
	LOG_HEAP = 1 << 4,
	LOG_SESSION = 1 << 5,
	LOG_ALL = ~0,
};

// Chooses the subsystems that are traced to stderr. This switch and that of the screen are the only
// file-level variables: it must be possible to trace where no context is at hand.
void log_enable(unsigned subsystems);
bool log_enabled(enum log_subsystem subsystem);

// Writes "leaktop: [subsystem] ..." to stderr when the subsystem is on.
void log_trace(enum log_subsystem subsystem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

// Writes "leaktop: ..." to stderr for a person who waits for us; nothing while a screen is drawn there.
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_set_screen(bool is_drawn);
