// SPDX-License-Identifier: MIT
// The options of all commands: one table gives their parsing and their help.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct command;

enum option_id {
	OPTION_END,
	OPTION_PID,
	OPTION_MATCH,
	OPTION_CHILDREN,
	OPTION_OUTPUT,
	OPTION_FORMAT,
	OPTION_TABLE,
	OPTION_BATCH,
	OPTION_DELAY,
	OPTION_INTERVAL,
	OPTION_FOR,
	OPTION_COUNT,
	OPTION_RSS_ONLY,
	OPTION_HEAP_EVERY,
	OPTION_KEEP,
	OPTION_FROM,
	OPTION_TO,
	OPTION_FORCE,
	OPTION_ROWS,
	OPTION_JSON,
	OPTION_DOT,
	OPTION_VALUES,
	OPTION_MAX_PAUSE,
	OPTION_MAX_MEMORY,
	OPTION_ASCII,
	OPTION_SHOW,
	OPTION_EMIT,
	OPTION_COMPARE,
	OPTION_CHECK,
	OPTION_ROOT,
	OPTION_RELEASE,
	OPTION_VERSIONS,
	OPTION_VARIANT,
	OPTION_ORIGIN,
	OPTION_SET,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_ID_COUNT,
};

VECTOR(pids, pid_t)

// What a command line asks for. Meant to be read.
struct settings {
	const struct command *command;
	struct pids pids;
	bool batch, json, values, ascii, verbose, help, version;
	bool children, rss_only, force, dot;
	const char *match, *output, *format, *table; // NULL: not given
	const char *inspect, *refs; // as struct session_options
	double delay_seconds;
	double interval_seconds, for_seconds, keep_seconds; // 0: not given
	uint64_t heap_every;	     // 0: not given
	uint64_t from, to;	     // numbers of samples, 0: not given
	uint64_t count;	   // 0: not given
	unsigned max_rows; // of a table; 0: all
	bool has_max_rows;
	double max_pause_ms;	   // 0: no limit
	uint64_t max_memory_bytes; // 0: as much as there is to spare
	// leaktop layout, as in doctor/layout_tool.h; borrowed from the command line, NULL: not given
	bool show, emit, compare, check;
	const char *root, *release, *versions, *variant, *origin, *set;
	char *const *arguments;	   // borrowed from the command line
	size_t argument_count;
};

// Reads a command line into ret; settings_deinit() releases it, also after a failure. STATUS_USAGE,
// STATUS_NO_MEMORY.
must_check enum status settings_init(
	struct settings *ret, int argc, char **argv, struct error *err);
void settings_deinit(struct settings *settings);

// The one process that was asked for. STATUS_USAGE with none or several.
must_check enum status settings_pid(
	const struct settings *settings, pid_t *ret, struct error *err);

// Adds the help of a command.
void options_add_help(const struct command *command, struct text *text);
